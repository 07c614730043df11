"""From a configuration to a working assistant. Every organ that can't be had says why."""

from __future__ import annotations

import logging
import time
from functools import partial
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from cabin_agent.assistant import Assistant, Ears
from cabin_agent.config import Config, ConfigError
from cabin_agent.errors import NotReady
from cabin_agent.hearing.car_ears import CarEars
from cabin_agent.hearing.front_end import FrontEndSettings
from cabin_agent.hearing.models import find_model
from cabin_agent.hearing.stream import Limits
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.registry import Registry
from cabin_agent.sdk.signing import read_trusted
from cabin_agent.sdk.storage import Home
from cabin_agent.seeing.eyes import Eyes
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.speaking.voice import Voice, VoiceError
from cabin_agent.turn import Language
from cabin_agent.understanding.session import Understander
from vehicle_bus import overrides
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Bus
from vehicle_bus.catalogue import Catalogue, CatalogueError
from vehicle_bus.policy import Policy, SafetyPolicy
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import Clock

_LOG = logging.getLogger(__name__)


def load_catalogue(config: Config) -> Catalogue:
    """Our table of signals, or the VSS file of the configuration; ConfigError says what is wrong
    with it."""
    try:
        return Catalogue.load(Path(config.vss) if config.vss else None)
    except CatalogueError as error:
        raise ConfigError(f"vss: {error}") from None


def load_policy(config: Config, catalogue: Catalogue) -> SafetyPolicy:
    """The shipped rules, made stricter by the carmaker's file; ConfigError names its line."""
    if not config.policy:
        return SafetyPolicy(VehicleProfile(auto_reverse=config.auto_reverse))
    try:
        return overrides.load(Path(config.policy), tuple(catalogue), config.auto_reverse)
    except overrides.PolicyFileError as error:
        raise ConfigError(f"policy: {error}") from None


def make_bus(config: Config, clock: Clock, policy: Policy | None = None) -> Broker:
    """The embedded bus with the one policy before every actuation."""
    catalogue = load_catalogue(config)
    return Broker(catalogue, policy or load_policy(config, catalogue), clock)


def skills_home(config: Config) -> Path:
    """Where skills keep what outlives a drive."""
    return Path(config.home) if config.home else user_data_path("cabin-agent") / "skills"


def make_loader(config: Config) -> Loader:
    """Loads the built-in skills, those of the configured folders and of installed packages."""
    return Loader(
        Rules(
            home=skills_home(config),
            folders=tuple(Path(folder) for folder in config.skills),
            leaves=tuple(load_catalogue(config)),
            trusted=tuple(read_trusted(Path(file)) for file in config.trusted_skill_keys),
            allow_unsigned=config.allow_unsigned_skills,
        )
    )


def load_registry(config: Config, loader: Loader | None = None) -> Registry:
    """Every skill; mistakes are logged, not fatal."""
    registry = (loader or make_loader(config)).load()
    for problem in registry.problems:
        _LOG.warning("skill: %s", problem)
    if not registry.skills:
        raise ConfigError("skills: none could be loaded; reinstall, or see the warnings above")
    return registry


def load_understander(config: Config, registry: Registry, clock: Clock) -> Understander:
    """The model, with the phrases of every intent that it was not trained on."""
    understander = Understander.load(Path(config.understanding_model), clock, plugin_head_file())
    understander.learn(registry.phrases())
    return understander


def load_eyes(config: Config) -> Eyes | None:
    """The picture encoders, or None if there are none (frames are then refused with the mend)."""
    try:
        return Eyes.load(Path(config.vision_models))
    except NotReady as error:
        _LOG.warning("no eyes: %s", error)
        return None


def plugin_head_file() -> Path:
    """Where `cabin-agent train` keeps what it made of the plugins' phrases."""
    return user_cache_path("cabin-agent") / "plugins.npz"


def vosk_model_directory(config: Config, language: Language) -> Path:
    """Where the recognition model of `language` is; raises NotReady with the mend."""
    configured = config.vosk_models.get(str(language))
    return find_model(language, Path(configured) if configured else None)


def make_ears(config: Config, clock: Clock) -> CarEars:
    """Ears for any seat, with the configured models and limits."""
    limits = Limits(max_utterance_s=config.max_utterance_s)
    front_end = FrontEndSettings(config.gain_db, config.noise_suppression, config.echo_cancellation)
    return CarEars(partial(vosk_model_directory, config), clock, limits, front_end)


def load_voice(config: Config) -> Voice | None:
    """The voice, or None if it is switched off or can't speak here (replies are then text)."""
    if not config.voice:
        return None
    try:
        return EspeakVoice()
    except VoiceError as error:
        _LOG.warning("no voice, replies are text: %s", error)
        return None


def _warm_up(ears: Ears) -> None:
    """Load every recognition model there is, so that the first word does not wait for it."""
    for language in Language:
        try:
            ears(language)
        except NotReady as error:
            _LOG.info("no ears: %s", error)


def assemble(config: Config, clock: Clock = time.monotonic, bus: Bus | None = None) -> Assistant:
    """A whole assistant on `bus`, by default an embedded one of its own."""
    loader = make_loader(config)
    registry = load_registry(config, loader)
    ears = make_ears(config, clock)
    _warm_up(ears)
    return Assistant(
        config,
        bus or make_bus(config, clock),
        clock,
        load_understander(config, registry, clock),
        registry,
        ears,
        load_voice(config),
        home=Home(skills_home(config)),
        loader=loader,
        eyes=load_eyes(config),
        profile=load_policy(config, load_catalogue(config)).profile,
    )
