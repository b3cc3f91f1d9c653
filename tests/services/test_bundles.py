"""Bundles are the same bytes everywhere, are known to be out of date, and hold no native code."""

import os
import stat
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import boto3
import pytest

from scripts import bundle as recipe
from services import bundles

PURE = {"library/__init__.py": "NAME = 'library'", "library/tests/test_it.py": "", "library/data.json": "{}"}


class Service:
    """A function of its own, with wheels on disk: bundled by the real uv, without any network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "services" / "shop"
        self.folder.mkdir(parents=True)
        self.build = folder / "build"
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self.write("handler.py", "import library\n")
        self.require("library", PURE)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)

    def require(self, package: str, files: dict[str, str]) -> None:
        wheel = self.wheels / f"{package}-1.0-py3-none-any.whl"
        about = f"{package}-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
            archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
            archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{about}/RECORD", "")
        pin = f"{package}==1.0 --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n"
        self.write("requirements.txt", f"--no-index\n--find-links {self.wheels}\n{pin}")

    def names(self) -> list[str]:
        return [entry.filename for entry in self.contents()]

    def contents(self) -> list[zipfile.ZipInfo]:
        with zipfile.ZipFile(bundles.bundle("shop")) as archive:
            return archive.infolist()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    service = Service(tmp_path)
    monkeypatch.setattr(bundles, "SERVICES", tmp_path / "services")
    monkeypatch.setattr(bundles, "BUILD", service.build)
    monkeypatch.setattr(recipe, "NAMES", ("shop",))
    return service


def test_a_bundle_holds_the_function_as_a_package_beside_what_it_requires(shop: Service) -> None:
    recipe.bundle()
    assert shop.names() == [
        "library-1.0.dist-info/METADATA",
        "library/__init__.py",
        "library/data.json",
        "shop/handler.py",
    ]


def test_what_lambda_already_has_is_left_out(shop: Service) -> None:
    shop.require("urllib3", {"urllib3/__init__.py": ""})
    recipe.bundle()
    assert shop.names() == ["shop/handler.py"]


def test_two_builds_are_the_same_bytes(shop: Service) -> None:
    recipe.bundle()
    first = bundles.bundle("shop").read_bytes()
    bundles.bundle("shop").unlink()
    (shop.folder / "handler.py").chmod(0o755)
    os.utime(shop.folder / "handler.py", (0, 0))
    recipe.bundle()
    assert bundles.bundle("shop").read_bytes() == first


def test_nothing_in_a_bundle_tells_when_where_or_by_which_zlib_it_was_made(shop: Service) -> None:
    recipe.bundle()
    entries = shop.contents()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.S_IMODE(entry.external_attr >> 16) for entry in entries} == {0o644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_a_bundle_that_is_up_to_date_is_not_built_again(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe.bundle()
    monkeypatch.setattr(recipe, "_install", lambda *_: pytest.fail("it was built again"))
    recipe.bundle()
    assert bundles.bundle_path("shop") == shop.build / "shop.zip"


@pytest.mark.parametrize("changed", ["handler.py", "added.py", "deeper/added.py", "requirements.txt", "recipe"])
def test_any_changed_source_makes_a_bundle_out_of_date(
    shop: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str
) -> None:
    recipe.bundle()
    if changed == "recipe":
        monkeypatch.setattr(bundles, "RECIPE", tmp_path / "recipe.py")
        bundles.RECIPE.write_text("another one")
    else:
        shop.write(changed, "# changed\n")
    with pytest.raises(bundles.BundleError) as refusal:
        bundles.bundle_path("shop")
    assert str(refusal.value) == "build/shop.zip is missing or older than its sources: run `make bundle`"


@pytest.mark.parametrize("lost", ["shop.zip", "shop.sha256"])
def test_a_bundle_that_is_missing_is_refused_at_synthesis_and_built_anew(shop: Service, lost: str) -> None:
    recipe.bundle()
    (shop.build / lost).unlink()
    with pytest.raises(bundles.BundleError):
        bundles.bundle_path("shop")
    recipe.bundle()
    assert bundles.bundle_path("shop").exists()


def test_what_changes_during_a_build_is_built_the_next_time(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    write = recipe._write
    monkeypatch.setattr(recipe, "_write", lambda *given: (write(*given), shop.write("handler.py", "# newer\n")))
    recipe.bundle()
    assert not bundles.is_current("shop")


@pytest.mark.parametrize(
    "native", ["library/fast.so", "library/fast.cpython-314-aarch64-linux-gnu.so", "library.libs/libz.so.1"]
)
def test_native_code_is_refused_by_name(shop: Service, native: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop.require("library", {**PURE, native: "ELF"})
    with pytest.raises(SystemExit) as refusal:
        recipe.bundle()
    assert refusal.value.code == 1
    assert f"error: {native} is native code" in capsys.readouterr().err
    assert not bundles.bundle("shop").exists()


def test_wrapt_goes_without_its_native_part(shop: Service) -> None:
    shop.require("wrapt", {"wrapt/__init__.py": "", "wrapt/_wrappers.cpython-314-aarch64-linux-gnu.so": "ELF"})
    recipe.bundle()
    assert shop.names() == ["shop/handler.py", "wrapt-1.0.dist-info/METADATA", "wrapt/__init__.py"]


@pytest.mark.parametrize(("pin", "refusal"), [(f"--hash=sha256:{'0' * 64}", "Hash mismatch"), ("", "hash")])
def test_a_requirement_with_another_hash_or_none_is_refused(
    shop: Service, pin: str, refusal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    requirements = shop.folder / "requirements.txt"
    requirements.write_text(requirements.read_text().partition("--hash")[0] + pin + "\n")
    with pytest.raises(SystemExit):
        recipe.bundle()
    assert refusal in capsys.readouterr().err
    assert not bundles.bundle("shop").exists()


def test_the_to_do_function_starts_with_its_bundle_and_what_lambda_has(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    installed = Path(boto3.__file__).parents[1]
    for name in recipe.IN_THE_RUNTIME:
        module = installed / name if (installed / name).exists() else installed / f"{name}.py"
        (runtime / module.name).symlink_to(module)
    environment = {
        "PYTHONPATH": f"{bundles.bundle_path('todo_api')}{os.pathsep}{runtime}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TABLE_NAME": "items",
        "POWERTOOLS_SERVICE_NAME": "todo-api",
        "POWERTOOLS_METRICS_NAMESPACE": "test",
    }
    code = "import todo_api.handler as found; assert callable(found.handler); print(found.__file__)"
    started = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert started.stdout.strip().endswith("todo_api.zip/todo_api/handler.py"), started.stderr
