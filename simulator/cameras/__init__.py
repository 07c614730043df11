"""What the cabin camera and the road camera would see: seeded pictures, scene in, array out.

`scenes` makes up who sits where and does what, `cabin_frame` draws it, `truth` says what there is
to be seen, `road_frame` draws a road sign. The pictures need the extra `cameras` (mujoco, EGL).
"""
