"""disk.c from Python: a file system on a disk that can be cut off, stalled and broken. Needs root."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def sbin():
    return os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}


def run(*command):
    subprocess.run(command, check=True, env=sbin(), timeout=60, stdout=subprocess.DEVNULL)


def mount_image(image, where):
    os.makedirs(where, exist_ok=True)
    run("mount", "-o", "loop", image, where)


def unmount(where):
    subprocess.run(["umount", "-l", where], env=sbin(), timeout=60, stderr=subprocess.DEVNULL)


class BlockDisk:
    """`folder` lies on an ext4 on the disk."""

    def __init__(self, parent, size=32 << 20, options=("-b", "4096")):
        program = os.path.join(parent, "disk")
        run("gcc", "-Wall", "-O2", "-o", program, os.path.join(HERE, "disk.c"), "-lpthread")
        self.device, self.folder = os.path.join(parent, "device"), os.path.join(parent, "mounted")
        self.process = subprocess.Popen(
            [program, self.device, str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the disk cannot be served: root and /dev/fuse are needed")
        try:
            run("mkfs.ext4", "-q", "-F", *options, self.device)
            mount_image(self.device, self.folder)
        except Exception:
            self.close()
            raise

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if answer in ("failed", ""):
            raise RuntimeError(f"disk: {command}: {answer}")
        return answer

    def cut(self, image, seed):
        self.tell(f"cut {image} {seed}")

    def mount_again(self):
        """What an operator does when the file system has become read-only: unmount, check, mount."""
        run("umount", self.folder)
        subprocess.run(["fsck.ext4", "-p", self.device], env=sbin(), timeout=60, stdout=subprocess.DEVNULL)
        mount_image(self.device, self.folder)

    def options(self):
        """What /proc/mounts says of the file system."""
        with open("/proc/self/mounts") as mounts:
            found = [line.split()[3].split(",") for line in mounts if line.split()[1] == self.folder]
        return found[-1] if found else []

    def is_writable(self):
        try:
            with open(os.path.join(self.folder, "try"), "wb") as file:
                file.write(b"x")
                file.flush()
                os.fsync(file.fileno())
            return True
        except OSError:
            return False

    def close(self):
        unmount(self.folder)
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        unmount(self.device)
