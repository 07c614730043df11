"""The picture encoders: what the cabin camera shows, and what a road sign says."""
