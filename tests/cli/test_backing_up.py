"""``kb backup`` and ``kb restore`` as an administrator runs them."""

from pathlib import Path

from tests.cli.conftest import Kb, output

NOTICE = "# 关于冬季供暖报修的答复\n\n供暖报修请拨打 0599-5550123，热力公司两小时内上门。\n"


def test_take_back_an_entry_deleted_with_everything_else(
    kb: Kb, data_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "供暖.md").write_text(NOTICE, "utf-8")
    done = kb(
        "import", tmp_path / "供暖.md", "--unit", "云汀市住建局", "--create-unit", "--publish"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    archive = tmp_path / "all.tar.gz"
    said = output(kb("backup", archive, "--json"))
    assert (said["file"], said["originals"]) == (str(archive), 1)
    assert said["bytes"] == archive.stat().st_size

    refused = kb("restore", archive)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    for original in (data_folder / "originals").glob("??/*"):
        original.unlink()
    restored = kb("restore", archive, "--replace", "--json")
    assert restored.returncode == 0, restored.stderr
    assert output(restored)["originals"] == 1
    assert [remark[:9] for remark in output(restored)["remarks"]] == ["恢复前的数据库另存"]
    assert "0599-5550123" in kb("search", "供暖报修电话").stdout
    assert output(kb("check-index", "--json"))["equal"] is True


def test_say_when_the_signing_key_is_another(kb: Kb, data_folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    assert kb("backup", archive).returncode == 0
    key = data_folder / "secret_key"
    kept = key.read_text("utf-8")
    key.write_text("z" * 64, "utf-8")
    restored = kb("restore", archive, "--replace")
    key.write_text(kept, "utf-8")
    assert restored.returncode == 0, restored.stderr
    assert "签名密钥与备份时不同" in restored.stdout
