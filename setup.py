"""Generates the gRPC stubs (package `cabin.v1`) from proto/ whenever the project is built."""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
PLUGINS = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")


def plugin_flags() -> list[str]:
    """The type stub generators, found beside the running interpreter or on the PATH."""
    search = f"{Path(sys.executable).parent}:{Path(sys.prefix) / 'bin'}"
    found = {name: shutil.which(name, path=search) or shutil.which(name) for name in PLUGINS}
    return [f"--plugin={name}={path}" for name, path in found.items() if path]


class BuildProto(build_py):
    def run(self) -> None:
        from grpc_tools import protoc

        protos = sorted(str(path) for path in (ROOT / "proto").rglob("*.proto"))
        outputs = [f"--python_out={ROOT}", f"--grpc_python_out={ROOT}"]
        if plugins := plugin_flags():
            outputs += [*plugins, f"--mypy_out={ROOT}", f"--mypy_grpc_out={ROOT}"]
        if protoc.main(["protoc", f"-I{ROOT / 'proto'}", *outputs, *protos]) != 0:
            raise SystemExit("protoc failed on proto/: see the message above")
        super().run()


setup(cmdclass={"build_py": BuildProto})
