"""A dog's place in the boot: a skill that the model was never trained on."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent


class Pets(Skill):
    manifest = Manifest("pets", "1.0.0", "the dog's place", "宠物舱")

    @intent(
        domain="app",
        en=(
            "show me the dog camera",
            "how is the dog doing back there",
            "let me see the dog",
            "is the dog asleep",
        ),
        zh=("看看狗狗", "狗在后面怎么样", "打开宠物摄像头", "狗睡了吗"),
    )
    async def look(self, cabin: Cabin) -> Said:
        return cabin.say("There is the dog.", "这是狗狗")

    @intent(
        domain="app",
        en=("give the dog some water", "fill the dog bowl", "water for the dog", "dog bowl please"),
        zh=("给狗加水", "狗碗加满", "给狗狗喝点水", "宠物水碗加水"),
    )
    async def water(self, cabin: Cabin) -> Said:
        return cabin.say("Filling the bowl.", "正在加水")

    @intent(
        domain="app",
        en=("lower the dog ramp", "ramp down for the dog", "let the dog out ramp", "dog ramp down"),
        zh=("放下狗坡道", "给狗放个斜坡", "坡道放下来", "宠物坡道下来"),
    )
    async def ramp(self, cabin: Cabin) -> Said:
        return cabin.say("The ramp comes down.", "坡道放下")
