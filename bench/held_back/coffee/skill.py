"""A coffee machine in the centre console: a skill that the model was never trained on."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent


class Coffee(Skill):
    manifest = Manifest("coffee", "1.0.0", "the coffee machine", "咖啡机")

    @intent(
        domain="app",
        en=("make me an espresso", "brew a coffee", "i'd like a cappuccino", "start the coffee"),
        zh=("来杯浓缩", "煮咖啡", "我要一杯卡布奇诺", "开始冲咖啡"),
    )
    async def brew(self, cabin: Cabin) -> Said:
        return cabin.say("Brewing.", "正在冲煮")

    @intent(
        domain="app",
        en=("clean the coffee machine", "rinse the brewer", "descale it", "run a cleaning cycle"),
        zh=("清洗咖啡机", "冲洗管路", "除垢", "清洁一次咖啡机"),
    )
    async def clean(self, cabin: Cabin) -> Said:
        return cabin.say("Cleaning.", "正在清洗")

    @intent(
        domain="app",
        en=(
            "how many coffee capsules are left",
            "is there enough milk for the coffee",
            "how full is the bean container",
            "do we have coffee beans",
        ),
        zh=("还有几个胶囊", "咖啡豆够吗", "牛奶还有吗", "豆仓还剩多少"),
    )
    async def supplies(self, cabin: Cabin) -> Said:
        return cabin.say("Plenty.", "还很多")
