"""Generates the gRPC stubs (package `cabin.v1`) from proto/ whenever the project is built."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildProto(build_py):
    def run(self) -> None:
        from grpc_tools import protoc

        protos = sorted(str(p) for p in (ROOT / "proto").rglob("*.proto"))
        arguments = ["protoc", f"-I{ROOT / 'proto'}", f"--python_out={ROOT}"]
        arguments += [f"--grpc_python_out={ROOT}", f"--mypy_out={ROOT}", f"--mypy_grpc_out={ROOT}"]
        if protoc.main([*arguments, *protos]) != 0:
            raise SystemExit("protoc failed on proto/: see the message above")
        for package in ("cabin", "cabin/v1"):
            (ROOT / package / "__init__.py").touch()
        super().run()


setup(cmdclass={"build_py": BuildProto})
