"""Music and other sound: what is played, from where, and how loud."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from typing import Any

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Degree,
    Duration,
    Manifest,
    Number,
    Option,
    Percent,
    Said,
    Skill,
    Steps,
    Text,
    Volume,
    characters_percent,
    ensure,
    figures,
    informed,
    intent,
    number,
)

from .catalogue import Found
from .players import Player, PlayerGone, chosen
from .shelf import Shelf

MEDIA = "Vehicle.Cabin.Infotainment.Media"
ACTION = f"{MEDIA}.Action"
VOLUME = f"{MEDIA}.Volume"
SOURCE = f"{MEDIA}.Played.Source"
SELECTED = f"{MEDIA}.SelectedURI"
TRACK = f"{MEDIA}.Played.Track"
ARTIST = f"{MEDIA}.Played.Artist"

MOST_QUEUED = 100
LOUDNESS = Steps(small=5, plain=10, large=20, low=0, high=100)
UNKNOWN_VOLUME = 30
SEEK_S = {Degree.SMALL: 5.0, Degree.LARGE: 60.0}
SEEK_PLAIN_S = 15.0


log = logging.getLogger(__name__)


class Source(Option):
    """Where the sound comes from (VSS Media.Played.Source)."""

    FM = ("FM", ("fm", "radio", "the radio", "fm radio", "收音机", "电台", "广播", "调频"))
    AM = ("AM", ("am", "am radio", "medium wave", "调幅"))
    DAB = ("DAB", ("dab", "digital radio", "数字广播"))
    BLUETOOTH = ("BLUETOOTH", ("bluetooth", "phone", "my phone", "蓝牙", "手机"))
    USB = ("USB", ("usb", "stick", "usb stick", "ipod", "carplay", "android auto", "u盘", "优盘"))
    AUX = ("AUX", ("aux", "line in", "auxiliary", "外接"))
    CD = ("CD", ("cd", "disc", "光盘"))
    DVD = ("DVD", ("dvd", "影碟"))
    TV = ("TV", ("tv", "television", "电视"))
    DISK = (
        "DISK",
        ("hard drive", "disk", "local music", "local files", "my library", "本地", "硬盘"),
    )
    INTERNET = (
        "INTERNET",
        (
            "internet",
            "online",
            "streaming",
            "spotify",
            "apple music",
            "youtube music",
            "amazon music",
            "deezer",
            "tidal",
            "pandora",
            "web radio",
            "podcasts",
            "audiobook",
            "在线",
            "网络",
            "云音乐",
            "qq音乐",
            "酷狗",
            "酷我",
            "喜马拉雅",
            "蜻蜓",
            "有声书",
        ),
    )


class Order(Option):
    """In which order tracks follow each other."""

    SHUFFLE = ("shuffle", ("shuffle", "random", "mix", "随机"))
    REPEAT_ONE = ("repeat_one", ("repeat", "this song", "loop this", "one song", "单曲"))
    REPEAT_ALL = ("repeat_all", ("repeat all", "loop", "playlist", "循环"))
    IN_ORDER = ("in_order", ("in order", "normal", "off", "顺序"))


class Direction(Option):
    """Which way to skip within a track."""

    FORWARD = ("FAST_FORWARD", ("forward", "forwards", "ahead", "on", "快进", "往后", "前进"))
    BACK = (
        "FAST_BACKWARD",
        ("back", "backward", "backwards", "rewind", "快退", "往前", "倒", "退"),
    )


ORDERS = {
    Order.SHUFFLE: ("Shuffle on.", "已随机播放"),
    Order.REPEAT_ONE: ("Repeating this song.", "已单曲循环"),
    Order.REPEAT_ALL: ("Repeating the list.", "已列表循环"),
    Order.IN_ORDER: ("Playing in order.", "已顺序播放"),
}


class Media(Skill):
    manifest = Manifest(
        name="media",
        version="1.0.0",
        summary_en="music and volume",
        summary_zh="音乐和音量",
        reads=(TRACK, ARTIST),
        actuates=(ACTION, VOLUME, SOURCE, SELECTED),
    )

    def __init__(self) -> None:
        self._volume_before_mute: int | None = None
        self._shelf = Shelf()
        self._player: Player | None = chosen()

    @intent(
        domain="media",
        en=(
            "play {query}",
            "play some music",
            "i want to hear {query}",
            "put on {query}",
            "listen to {query}",
        ),
        zh=("播放{query}", "放点音乐", "我想听{query}", "来一首{query}", "放一首歌"),
        reversible=False,
    )
    async def play(self, cabin: Cabin, query: Text | None = None) -> Said:
        library = await self._shelf.library() if query else None
        found = library.find(query) if library and query else None
        first = found.tracks[0] if found else None
        values = {ACTION: "PLAY"} | ({SELECTED: first.uri} if first else {})
        await cabin.actuate(values, undo={ACTION: "STOP"})
        if query:
            cabin.event("media.play", {"query": str(query), **_payload(found)})
        if self._player and (found or not query):
            uris = [track.uri for track in found.tracks[:MOST_QUEUED]] if found else []
            await _done(self._player.play(uris))
        name = found.name if found else query
        if not name:
            return cabin.say("Playing.", "开始播放")
        return cabin.say(f"Playing {name}.", f"为您播放{name}")

    @intent(
        domain="media",
        en=("pause", "pause the music", "stop playing", "hold the music for a moment"),
        zh=("暂停", "暂停播放", "音乐先停一下", "别放了"),
    )
    async def pause(self, cabin: Cabin) -> Said:
        if self._player:
            await _done(self._player.stop())
        return await _control(cabin, "STOP", "PLAY", "Paused.", "已暂停")

    @intent(
        domain="media",
        en=("resume", "continue playing", "carry on with the music", "unpause"),
        zh=("继续播放", "接着放", "恢复播放", "继续放歌"),
    )
    async def resume(self, cabin: Cabin) -> Said:
        if self._player:
            await _done(self._player.play([]))
        return await _control(cabin, "PLAY", "STOP", "Going on.", "继续播放")

    @intent(
        domain="media",
        en=("next song", "skip this track", "next one please", "play the next track"),
        zh=("下一首", "切歌", "换一首", "跳过这首"),
    )
    async def next(self, cabin: Cabin) -> Said:
        if self._player:
            await _done(self._player.next())
        return await _control(cabin, "SKIP_FORWARD", "SKIP_BACKWARD", "Next track.", "下一首")

    @intent(
        domain="media",
        en=("previous song", "go back one track", "last song again", "play the previous track"),
        zh=("上一首", "上一曲", "返回上一首", "刚才那首"),
    )
    async def previous(self, cabin: Cabin) -> Said:
        if self._player:
            await _done(self._player.previous())
        return await _control(cabin, "SKIP_BACKWARD", "SKIP_FORWARD", "Previous track.", "上一首")

    @intent(
        domain="media",
        en=(
            "skip {option} {time}",
            "fast forward {time}",
            "rewind {time}",
            "jump to {time}",
            "wind on a bit",
        ),
        zh=("快进{time}", "快退{time}", "{option}跳{time}", "跳到{time}", "进度往后拉一点"),
    )
    async def seek(
        self, cabin: Cabin, option: Direction | None = None, time: Duration | None = None
    ) -> Said:
        way = option or Direction.FORWARD
        seconds = SEEK_S.get(cabin.degree, SEEK_PLAIN_S) if time is None else float(time)
        back = Direction.BACK if way is Direction.FORWARD else Direction.FORWARD
        await cabin.actuate({ACTION: way.code}, undo={ACTION: back.code})
        cabin.event("media.seek", {"direction": way.code, "seconds": seconds})
        shown = figures(seconds)
        if way is Direction.BACK:
            return cabin.say(f"Back {shown} seconds.", f"后退{shown}秒")
        return cabin.say(f"Forward {shown} seconds.", f"前进{shown}秒")

    @intent(
        domain="media",
        en=("shuffle", "turn on {option}", "repeat this song", "play in {option} mode"),
        zh=("随机播放", "切换到{option}", "单曲循环", "播放模式{option}"),
    )
    async def shuffle(self, cabin: Cabin, option: Order | None = None) -> Said:
        order = option or Order.SHUFFLE
        cabin.event("media.order", {"order": order.code})
        en, zh = ORDERS[order]
        return cabin.say(en, zh)

    @intent(
        domain="media",
        en=(
            "i like this song",
            "add this to my favourites",
            "save this track",
            "put this song on my playlist",
        ),
        zh=("收藏这首歌", "我喜欢这首歌", "加入收藏", "把这首歌加到歌单"),
    )
    async def library(self, cabin: Cabin) -> Said:
        track = await cabin.get(TRACK)
        cabin.event("media.favourite", {"track": str(track or "")})
        return cabin.say("Added to your favourites.", "已加入收藏")

    @intent(
        domain="media",
        en=(
            "switch to {option}",
            "change the source to {option}",
            "play from {option}",
            "use {option} for music",
        ),
        zh=("切换到{option}音源", "音源换成{option}", "用{option}放歌", "打开{option}听"),
    )
    async def source(self, cabin: Cabin, option: Source) -> Said:
        name = option.code if len(option.code) <= 3 else option.code.capitalize()
        spoken = next((word for word in option.words if not word.isascii()), name)
        return await ensure(
            cabin,
            {SOURCE: option.code},
            cabin.say(f"Source {name}.", f"已切换到{spoken}"),
            cabin.say(f"The source is already {name}.", f"音源已经是{spoken}了"),
        )

    @intent(
        domain="media",
        en=("what song is this", "who sings this", "what's playing", "what is this track called"),
        zh=("这是什么歌", "谁唱的", "现在放的是什么", "这首歌叫什么"),
    )
    async def query(self, cabin: Cabin) -> Said:
        track, artist = await cabin.get(TRACK), await cabin.get(ARTIST)
        if not track:
            return cabin.say("Nothing is playing.", "现在没有在播放")
        if not artist:
            return cabin.say(f"This is {track}.", f"这是{track}")
        return cabin.say(f"This is {track} by {artist}.", f"这是{artist}的{track}")

    @informed("names")
    async def names(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        library = await self._shelf.library()
        cabin.event("names", {"names": list(library.names()) if library else []})

    @intent(
        domain="volume",
        en=("turn it up", "louder", "volume up", "raise the volume by {value}", "i can't hear it"),
        zh=("大声点", "音量调大", "声音开大一点", "音量加{value}", "听不清"),
    )
    async def volume_up(self, cabin: Cabin, value: Number | None = None) -> Said:
        now = await number(cabin, VOLUME, UNKNOWN_VOLUME)
        return await self._volume(cabin, LOUDNESS.up(now, cabin.degree, value))

    @intent(
        domain="volume",
        en=("turn it down", "quieter", "volume down", "lower the volume by {value}", "too loud"),
        zh=("小声点", "音量调小", "声音关小一点", "音量减{value}", "太吵了"),
    )
    async def volume_down(self, cabin: Cabin, value: Number | None = None) -> Said:
        now = await number(cabin, VOLUME, UNKNOWN_VOLUME)
        return await self._volume(cabin, LOUDNESS.down(now, cabin.degree, value))

    @intent(
        domain="volume",
        en=(
            "set the volume to {value}",
            "volume {value}",
            "put the volume at {value} percent",
            "music volume to {value} please",
        ),
        zh=("音量调到{value}", "音量{value}", "声音开到{value}", "把音量设为{value}"),
    )
    async def volume_set(self, cabin: Cabin, value: Volume | Percent | None = None) -> Said:
        target = LOUDNESS.limit(cabin.degree) if value is None else float(value)
        if target is None:
            return cabin.ask("How loud, from 0 to 100?", "音量调到多少？零到一百")
        return await self._volume(cabin, target)

    @intent(
        domain="volume",
        en=("mute", "mute the sound", "silence", "sound off please"),
        zh=("静音", "关闭声音", "声音关掉", "安静一下"),
    )
    async def mute(self, cabin: Cabin) -> Said:
        now = round(await number(cabin, VOLUME, UNKNOWN_VOLUME))
        if now:
            self._volume_before_mute = now
        await cabin.actuate({VOLUME: 0})
        if self._player:
            await _done(self._player.volume(0))
        return cabin.say("Muted.", "已静音")

    @intent(
        domain="volume",
        en=("unmute", "sound on again", "turn the sound back on", "stop muting"),
        zh=("取消静音", "恢复声音", "声音打开", "解除静音"),
    )
    async def unmute(self, cabin: Cabin) -> Said:
        now = await number(cabin, VOLUME)
        if now:
            return await self._volume(cabin, now)
        return await self._volume(cabin, float(self._volume_before_mute or UNKNOWN_VOLUME))

    @intent(
        domain="volume",
        en=(
            "more {option}",
            "turn the {option} up",
            "set the equaliser to {option}",
            "{option} by {value}",
        ),
        zh=("{option}调高", "{option}加强", "音效调成{option}", "{option}加{value}"),
    )
    async def equalizer(
        self, cabin: Cabin, option: Text | None = None, value: Number | None = None
    ) -> Said:
        if option is None:
            return cabin.ask("Bass, treble or balance?", "低音、高音还是平衡？")
        amount = {} if value is None else {"value": float(value)}
        setting = {"setting": str(option), "degree": str(cabin.degree), **amount}
        cabin.event("media.equalizer", setting)
        return cabin.say(f"Sound set: {option}.", f"音效已调整：{option}")

    async def _volume(self, cabin: Cabin, target: float) -> Said:
        value = round(LOUDNESS.clipped(target))
        if self._player:
            await _done(self._player.volume(value))
        spoken = characters_percent(value)
        return await ensure(
            cabin,
            {VOLUME: value},
            cabin.say(f"Volume {value} percent.", f"音量{spoken}"),
            cabin.say(f"The volume is already {value} percent.", f"音量已经是{spoken}"),
        )


def _payload(found: Found | None) -> dict[str, Any]:
    """What the head unit is told of the tracks that fit."""
    if found is None:
        return {}
    first = found.tracks[0]
    uris = [track.uri for track in found.tracks[:MOST_QUEUED]]
    return {"kind": found.kind, "title": first.title, "uri": first.uri, "uris": uris}


async def _done(doing: Awaitable[None]) -> None:
    """Let the player do it, or say that it is not there."""
    try:
        await doing
    except PlayerGone as error:
        log.warning("%s", error)
        raise CannotDo("The music player does not answer.", "音乐播放器没有响应") from error


async def _control(cabin: Cabin, action: str, inverse: str, en: str, zh: str) -> Said:
    await cabin.actuate({ACTION: action}, undo={ACTION: inverse})
    return cabin.say(en, zh)
