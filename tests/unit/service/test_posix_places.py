"""Who may change the service's code and read its files, on a real file system."""

import os
import stat
import sys
from pathlib import Path

import pytest

from risk_manager.service.control import ServiceError
from risk_manager.service.posix_folders import prepare_folders
from risk_manager.service.trusted_place import code_places, untrusted
from risk_manager.utils.paths import Folders

if sys.platform != "win32":
    ME = os.getuid()

    @pytest.fixture
    def folders(tmp_path: Path) -> Folders:
        root = tmp_path / "root"
        return Folders("production", root / "config", root / "data")

    def mode(path: Path) -> int:
        return stat.S_IMODE(path.lstat().st_mode)

    def own_problems(places: list[Path], within: Path) -> list[str]:
        """What is wrong below `within`; the way to a test's folder is not ours to judge."""
        return [line for line in untrusted(places, owner=ME) if line.startswith(str(within))]

    def test_only_run_is_for_all(folders):
        prepare_folders(folders, owner=ME)
        root = folders.data.parent
        assert {path.name: mode(path) for path in root.iterdir()} == {
            "config": 0o700, "data": 0o700, "logs": 0o700, "run": 0o755,
        }  # fmt: skip
        assert mode(root) == 0o755

    def test_what_is_there_is_kept_and_closed(folders):
        folders.config.mkdir(parents=True)
        file = folders.config / "accounts.yaml"
        file.write_text("x", encoding="utf-8")
        file.chmod(0o664)
        folders.config.chmod(0o777)
        prepare_folders(folders, owner=ME)
        assert (mode(folders.config), mode(file)) == (0o700, 0o600)
        assert file.read_text(encoding="utf-8") == "x"

    def test_a_link_in_place_of_a_folder_is_refused(folders, tmp_path):
        (tmp_path / "elsewhere").mkdir(mode=0o755)
        folders.data.parent.mkdir()
        folders.data.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(ServiceError, match="not a folder"):
            prepare_folders(folders, owner=ME)
        assert mode(tmp_path / "elsewhere") == 0o755, "untouched"

    def test_a_folder_of_another_user_is_refused(folders):
        folders.config.mkdir(parents=True)
        with pytest.raises(ServiceError, match=f"belongs to user {ME}"):
            prepare_folders(folders, owner=ME + 1)

    def test_a_trusted_place(tmp_path):
        code = tmp_path / "opt" / "lib"
        code.mkdir(parents=True, mode=0o755)
        assert own_problems([code], tmp_path) == []

    @pytest.mark.parametrize("bits", [0o775, 0o757])
    def test_every_folder_on_the_way_counts_and_is_named_once(tmp_path, bits):
        first, second = tmp_path / "opt" / "a", tmp_path / "opt" / "b"
        for path in (first, second):
            path.mkdir(parents=True)
        (tmp_path / "opt").chmod(bits)
        found = own_problems([first, second], tmp_path)
        assert found == [f"{tmp_path / 'opt'}: other users may write there"]

    def test_a_file_of_another_user(tmp_path):
        file = tmp_path / "python"
        file.touch()
        found = untrusted([file], owner=ME + 1)
        assert f"{file}: belongs to user {ME}, not to the administrator" in found

    def test_a_place_that_is_not_there(tmp_path):
        (found,) = own_problems([tmp_path / "gone"], tmp_path)
        assert "cannot be examined" in found

    def test_the_places_hold_the_interpreter_and_this_package():
        import risk_manager

        places = code_places()
        assert Path(sys.executable) in places
        assert Path(risk_manager.__file__).parent in places
