"""Embedded PostgreSQL: data survives whatever happens to the server and to its owner."""

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import asyncpg
import psutil
import pytest

from operations.embedded.errors import FolderInUseError
from operations.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path):
    server = EmbeddedPostgres(tmp_path / "postgres")
    yield server
    server.delete()


async def rows(server):
    connection = await asyncpg.connect(server.dsn())
    try:
        await connection.execute("create table if not exists kept (at timestamptz default now())")
        await connection.execute("insert into kept default values")
        return await connection.fetchval("select count(*) from kept")
    finally:
        await connection.close()


async def test_data_is_there_at_the_next_start(postgres):
    async with postgres:
        assert await rows(postgres) == 1
    async with EmbeddedPostgres(postgres.folder) as again:
        assert await rows(again) == 2


async def test_fsync_is_on_and_nothing_listens_on_the_network(postgres):
    async with postgres:
        connection = await asyncpg.connect(postgres.dsn())
        assert await connection.fetchval("show fsync") == "on"
        assert await connection.fetchval("show listen_addresses") == ""
        await connection.close()
        assert psutil.Process(postgres.pid).net_connections("inet") == []


async def test_what_was_committed_survives_a_kill_of_the_server(postgres):
    async with postgres:
        await rows(postgres)
        postgres.kill()
        await postgres.start()
        assert await rows(postgres) == 2


async def test_a_second_owner_is_refused_and_told_of_the_first(postgres):
    async with postgres:
        with pytest.raises(FolderInUseError, match=str(os.getpid())):
            await EmbeddedPostgres(postgres.folder).start()


async def test_two_projects_run_side_by_side(postgres, tmp_path):
    other = EmbeddedPostgres(tmp_path / "other")
    try:
        async with postgres, other:
            await rows(postgres)
            await rows(postgres)
            assert await rows(other) == 1
    finally:
        other.delete()


async def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path):
    server = EmbeddedPostgres(tmp_path / ("long-" * 20) / "postgres")
    try:
        async with server:
            assert await rows(server) == 1
    finally:
        server.delete()


OWNER = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from operations.embedded.postgres import EmbeddedPostgres

    async def own():
        server = EmbeddedPostgres(Path(sys.argv[1]))
        await server.start()
        print(server.pid, flush=True)
        await asyncio.sleep(600)

    asyncio.run(own())
""")


async def killed_owner(folder: Path) -> int:
    """Start a server in another process, kill that process, and tell the server's pid."""
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, str(folder), stdout=subprocess.PIPE)
    assert owner.stdout is not None
    pid = int(await owner.stdout.readline())
    owner.kill()
    await owner.wait()
    return pid


async def gone(pid: int, seconds: float = 20) -> bool:
    try:
        await asyncio.to_thread(psutil.Process(pid).wait, seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


async def test_the_server_ends_when_its_owner_is_killed(postgres):
    assert await gone(await killed_owner(postgres.folder))
    async with postgres:
        assert await rows(postgres) == 1


async def test_a_server_that_outlived_its_owner_is_found_and_replaced(postgres):
    async with postgres:
        await rows(postgres)
        orphan = postgres.pid
        postgres._child = None  # what a killed owner knows of it afterwards: nothing
        postgres._lock.release()
        postgres._lock = None
        async with EmbeddedPostgres(postgres.folder) as heir:
            assert heir.pid != orphan
            assert await rows(heir) == 2
    assert await gone(orphan)


async def test_a_pid_file_that_names_a_stranger_hurts_nobody(postgres):
    async with postgres:
        await rows(postgres)
        postgres.kill()
        stranger = await asyncio.create_subprocess_exec("sleep", "600")
        try:
            file = postgres.folder / "data" / "postmaster.pid"
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            await postgres.start()
            assert await rows(postgres) == 2
            assert stranger.returncode is None
        finally:
            stranger.kill()
            await stranger.wait()


async def test_a_creation_that_was_cut_short_starts_anew(postgres):
    async with postgres:
        pass
    (postgres.folder / "data").rename(postgres.folder / "data.unfinished")
    async with EmbeddedPostgres(postgres.folder) as server:
        assert await rows(server) == 1


async def test_as_root_no_directory_of_others_is_opened(postgres, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres")
    try:
        async with server:
            assert await rows(server) == 1
            assert psutil.Process(server.pid).uids().effective != 0
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        server.delete()
