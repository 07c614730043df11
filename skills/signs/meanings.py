"""What each road sign says, in both languages, by its class in the GTSRB benchmark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """`en` and `zh` follow "The last sign I saw was ...". `limit`: the speed it allows, km/h."""

    en: str
    zh: str
    limit: int | None = None


def _limit(speed: int) -> Meaning:
    return Meaning(f"a speed limit of {speed}", f"限速{speed}", speed)


MEANINGS: tuple[Meaning, ...] = (
    _limit(20),
    _limit(30),
    _limit(50),
    _limit(60),
    _limit(70),
    _limit(80),
    Meaning("the end of the speed limit of 80", "解除限速80"),
    _limit(100),
    _limit(120),
    Meaning("no overtaking", "禁止超车"),
    Meaning("no overtaking for trucks", "载货汽车禁止超车"),
    Meaning("right of way at the next junction", "下一个路口您优先通行"),
    Meaning("a priority road", "优先道路"),
    Meaning("give way", "减速让行"),
    Meaning("stop and give way", "停车让行"),
    Meaning("closed to all vehicles", "禁止车辆通行"),
    Meaning("closed to trucks", "禁止载货汽车通行"),
    Meaning("no entry", "禁止驶入"),
    Meaning("a warning of danger", "注意危险"),
    Meaning("a bend to the left", "向左急弯"),
    Meaning("a bend to the right", "向右急弯"),
    Meaning("several bends", "连续弯路"),
    Meaning("a bumpy road", "路面不平"),
    Meaning("a slippery road", "路面易滑"),
    Meaning("the road narrows", "道路变窄"),
    Meaning("road works", "前方施工"),
    Meaning("traffic lights ahead", "前方红绿灯"),
    Meaning("pedestrians", "注意行人"),
    Meaning("children", "注意儿童"),
    Meaning("cyclists crossing", "注意非机动车"),
    Meaning("ice or snow", "注意冰雪路面"),
    Meaning("wild animals", "注意野生动物"),
    Meaning("the end of all limits", "解除所有限制"),
    Meaning("turn right ahead", "前方必须右转"),
    Meaning("turn left ahead", "前方必须左转"),
    Meaning("straight ahead only", "只准直行"),
    Meaning("straight ahead or right", "只准直行和右转"),
    Meaning("straight ahead or left", "只准直行和左转"),
    Meaning("keep right", "靠右侧行驶"),
    Meaning("keep left", "靠左侧行驶"),
    Meaning("a roundabout", "环岛行驶"),
    Meaning("the end of no overtaking", "解除禁止超车"),
    Meaning("the end of no overtaking for trucks", "解除载货汽车禁止超车"),
)
