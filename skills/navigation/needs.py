"""What somebody is looking for who only says what is wrong: hunger is for a restaurant."""

from __future__ import annotations

import re

NEEDS: tuple[tuple[str, str], ...] = (
    (
        "charging station",
        r"\b(charg\w*|battery|batteries|range|plug in|electric|kilowatts?)\b"
        r"|充电|没电|电量|电池|续航|电快",
    ),
    (
        "petrol station",
        r"\b(fuel|petrol|gas|gasoline|diesel|tank|refuel|fill up)\b|加油|没油|油量|油箱|油快",
    ),
    (
        "coffee shop",
        r"\b(coffee|espresso|cappuccino|latte|caffeine|tea)\b|咖啡|拿铁|奶茶|喝茶",
    ),
    (
        "restaurant",
        r"\b(hungry|starv\w*|famished|eat|food|dinner|lunch|breakfast|snack|meal|stomach|peckish"
        r"|burger|pizza|bite)\b|饿|吃饭|吃点|吃东西|午饭|晚饭|早饭|早餐|夜宵|馋|肚子",
    ),
    (
        "toilet",
        r"\b(toilet|bathroom|restroom|loo|pee|wee|bladder|washroom|potty|ladies|gents)\b"
        r"|厕所|洗手间|卫生间|方便一下|尿|内急|解手|憋不住",
    ),
    (
        "pharmacy",
        r"\b(pharmacy|chemist|pills?|aspirin|painkillers?|medicines?|medication|plasters?|cough)\b"
        r"|药|头疼|头痛|感冒|咳嗽",
    ),
    (
        "hospital",
        r"\b(hospital|doctor|emergency|ambulance|hurt|injured|bleeding|sick|ill|unwell|contractions)\b"
        r"|医院|医生|受伤|流血|急诊|看病|不舒服|要生了",
    ),
    (
        "cash machine",
        r"\b(cash|money|atm|bank|withdraw|notes|coins)\b|现金|取钱|取款|银行|没钱",
    ),
    (
        "hotel",
        r"\b(hotel|motel|bed|overnight|night|sleep|sleepy|room for)\b"
        r"|酒店|宾馆|过夜|住宿|住一晚|睡觉",
    ),
    ("car wash", r"\b(car wash|dirty|filthy|muddy|wash)\b|洗车|车脏|太脏|脏死|车上全是泥"),
    (
        "supermarket",
        r"\b(groceries|supermarket|milk|bread|shopping|nappies|diapers|vegetables|water)\b"
        r"|超市|买菜|牛奶|面包|买点东西|尿布|买水",
    ),
    (
        "car park",
        r"\b(park|parking|leave the car|parked)\b|停车|车位|停哪|停一下车",
    ),
)


def place_for(words: str) -> str:
    """The kind of place that helps; empty if the words tell of no need that is known."""
    return next((place for place, cue in NEEDS if re.search(cue, words)), "")
