"""A PostgreSQL of our own in a temporary folder, on a Unix socket and nothing else."""

import glob
import os
import shutil
import subprocess
import tempfile


class Postgres:
    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        if not programs:
            raise RuntimeError("PostgreSQL is missing. On Debian: apt-get install postgresql")
        self.programs = programs[-1]
        self.folder = tempfile.mkdtemp(prefix="tram-postgres-")
        # It refuses to run as root; the package made an account for it.
        self.as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        if self.as_other:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "centre", "-E", "UTF8", "--locale=C", "--no-sync")

    @property
    def url(self):
        return f"postgres:///postgres?host={self.folder}&user=centre"

    def _run(self, program, *args):
        command = [os.path.join(self.programs, program), "-D", os.path.join(self.folder, "data"), *args]
        subprocess.run(self.as_other + command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self):
        options = f"-k {self.folder} -c listen_addresses=''"
        self._run("pg_ctl", "start", "-w", "-l", os.path.join(self.folder, "log"), "-o", options)

    def stop(self, mode="fast"):
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def close(self):
        subprocess.run(
            self.as_other
            + [os.path.join(self.programs, "pg_ctl"), "-D", os.path.join(self.folder, "data"), "stop", "-m", "immediate"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        shutil.rmtree(self.folder, ignore_errors=True)
