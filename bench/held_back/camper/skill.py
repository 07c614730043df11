"""A camper's body: a skill that the model was never trained on."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent


class Camper(Skill):
    manifest = Manifest("camper", "1.0.0", "the camper", "房车")

    @intent(
        domain="app",
        en=("extend the awning", "roll out the awning", "awning out please", "put the awning out"),
        zh=("打开遮阳棚", "把遮阳棚放出来", "展开雨棚", "遮阳棚伸出去"),
    )
    async def awning_out(self, cabin: Cabin) -> Said:
        return cabin.say("The awning goes out.", "遮阳棚展开")

    @intent(
        domain="app",
        en=("retract the awning", "roll the awning in", "awning in please", "take the awning back"),
        zh=("收起遮阳棚", "把雨棚收回来", "遮阳棚收进去", "遮阳棚关上"),
    )
    async def awning_in(self, cabin: Cabin) -> Said:
        return cabin.say("The awning comes in.", "遮阳棚收起")

    @intent(
        domain="app",
        en=(
            "how full is the fresh water tank",
            "how much grey water is there",
            "is the toilet cassette full",
            "check the water tanks",
        ),
        zh=("清水箱还有多少水", "灰水箱满了吗", "马桶水箱满没满", "查看水箱"),
    )
    async def tanks(self, cabin: Cabin) -> Said:
        return cabin.say("Half full.", "还有一半")

    @intent(
        domain="app",
        en=(
            "switch the fridge to gas",
            "run the fridge on gas",
            "gas for the fridge",
            "fridge gas",
        ),
        zh=("冰箱换成燃气", "冰箱用燃气", "燃气给冰箱", "冰箱切燃气"),
    )
    async def fridge_gas(self, cabin: Cabin) -> Said:
        return cabin.say("The fridge runs on gas.", "冰箱用燃气")
