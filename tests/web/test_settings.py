"""Settings: read once, all faults together, the secret kept safe."""

import stat
from pathlib import Path

import pytest

from webapp.settings import Settings, SettingsInvalid


def test_defaults_need_nothing_but_a_data_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"KB_DATA": str(tmp_path / "var")})
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'yingda.sqlite3'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.max_upload_bytes == 52_428_800
    assert settings.rate_limits == {
        "login": "20/minute",
        "public_search": "60/minute",
        "public_page": "600/minute",
        "public_suggest": "240/minute",
        "public_original": "60/minute",
        "track": "10/minute",
        "satisfaction": "20/minute",
        "public_ask": "5/minute",
        "public_vote": "10/minute",
    }


def test_the_made_secret_is_private_and_stays(tmp_path: Path) -> None:
    first = Settings.from_env({"KB_DATA": str(tmp_path)})
    second = Settings.from_env({"KB_DATA": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    env = {
        "KB_DATA": str(tmp_path),
        "PORT": "eighty",
        "KB_SEARCH_ENGINE": "opensearch",
        "KB_SECRET_KEY": "short",
        "KB_SECURE_COOKIES": "yes",
        "KB_RATE_LIMITS": "login=often",
        "KB_DATABASE_URL": "mysql://db/x",
        "KB_PROFILE": str(tmp_path / "none.toml"),
    }
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_env(env)
    named = [problem.split("=")[0].split("：")[0] for problem in caught.value.problems]
    assert named == [
        "PORT",
        "KB_SECURE_COOKIES",
        "KB_RATE_LIMITS",
        "KB_SEARCH_ENGINE",
        "KB_SECRET_KEY",
        "KB_PROFILE",
        "KB_DATABASE_URL",
    ]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "８０", "1.5"])
def test_a_port_is_a_port(tmp_path: Path, port: str) -> None:
    with pytest.raises(SettingsInvalid, match="1 至 65535"):
        Settings.from_env({"KB_DATA": str(tmp_path), "PORT": port})


def test_an_unwritable_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsInvalid, match="KB_DATA"):
        Settings.from_env({"KB_DATA": str(tmp_path / "file" / "var")})


def test_mail_needs_a_sender_and_the_address_of_these_pages(tmp_path: Path) -> None:
    env = {
        "KB_DATA": str(tmp_path),
        "KB_SMTP_HOST": "smtp.example.gov.cn",
        "KB_SMTP_FROM": "应答",
        "KB_WEBHOOK_HOSTS": "hook.example.gov.cn, *.example.com",
    }
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_env(env)
    named = [problem.split("=")[0].split("：")[0] for problem in caught.value.problems]
    assert named == ["KB_WEBHOOK_HOSTS", "KB_SMTP_FROM", "KB_PUBLIC_URL"]
    with pytest.raises(SettingsInvalid, match="应为网址"):
        Settings.from_env({"KB_DATA": str(tmp_path), "KB_PUBLIC_URL": "kb.example.gov.cn"})


def test_the_mail_password_is_not_printed_with_the_settings(tmp_path: Path) -> None:
    settings = Settings.from_env({"KB_DATA": str(tmp_path), "KB_SMTP_PASSWORD": "Secret-2026"})
    assert "Secret-2026" not in repr(settings)
