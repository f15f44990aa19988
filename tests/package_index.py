"""A package index on this machine, for pip, uv and npm, with packages made up by a test."""

import base64
import hashlib
import http.server
import io
import json
import os
import tarfile
import threading
import urllib.parse
import zipfile


class PackageIndex:
    """`files` by address, the addresses that were `asked`, and the server's own `address`.

    A context manager. `surroundings(monkeypatch)` points pip, uv and npm here and nowhere else.
    """

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._npm: dict[str, dict] = {}
        self._pages: dict[str, str] = {}

    def __enter__(self):
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                address = urllib.parse.unquote(self.path)
                index.asked.append(address)
                data = index.files.get(address)
                self.send_response(404 if data is None else 200)
                kind = "application/json" if address.startswith("/npm/") else "text/html"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(data or b"")

            do_HEAD = do_GET  # uv asks so before it reads a wheel

            def log_message(self, *words):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *reason):
        self._server.shutdown()
        self._server.server_close()

    def surroundings(self, monkeypatch, folder):
        """Let pip, uv and npm ask this index alone, and keep what they fetch in `folder`."""
        for name in list(os.environ):
            if name.upper().startswith(("PIP_", "UV_", "NPM_CONFIG_")):
                monkeypatch.delenv(name)
        for name, value in {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"{self.address}/simple",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_CACHE_DIR": str(folder / "pip"),
            "UV_NO_CONFIG": "1",
            "UV_HTTP_RETRIES": "0",
            "UV_DEFAULT_INDEX": f"{self.address}/simple",
            "UV_CACHE_DIR": str(folder / "uv"),
            "npm_config_registry": f"{self.address}/npm/",
            "npm_config_userconfig": str(folder / "npmrc"),
            "npm_config_cache": str(folder / "npm"),
            "no_proxy": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)

    def add_wheel(self, name, version, files=None, needs=()):
        """Publish a wheel: `files` by their path inside, `needs` as requirements."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
        kind = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        inside = dict(files or {}) | {
            f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, ""]),
            f"{info}/WHEEL": kind,
        }
        record = "".join(f"{path},,\n" for path in [*inside, f"{info}/RECORD"])
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as wheel:
            for path, content in (inside | {f"{info}/RECORD": record}).items():
                wheel.writestr(path, content)
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        self.files[f"/files/{file}"] = data.getvalue()
        page = self._pages.get(name, "<!DOCTYPE html>") + f'<a href="/files/{file}">{file}</a>'
        self._pages[name] = page
        self.files[f"/simple/{name}/"] = page.encode()

    def add_npm(self, name, version, files=None, needs=None):
        """Publish an npm package, the latest of its name."""
        card = {"name": name, "version": version, "dependencies": needs or {}}
        inside = {"package.json": json.dumps(card)} | (files or {})
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:gz") as archive:
            for path, content in inside.items():
                content = content.encode() if isinstance(content, str) else content
                member = tarfile.TarInfo(f"package/{path}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        file = f"/npm/-/{name.replace('/', '-')}-{version}.tgz"
        self.files[file] = data.getvalue()
        digest = base64.b64encode(hashlib.sha512(data.getvalue()).digest()).decode()
        known = self._npm.setdefault(name, {"name": name, "versions": {}})
        known["dist-tags"] = {"latest": version}
        known["versions"][version] = card | {
            "dist": {"tarball": f"{self.address}{file}", "integrity": f"sha512-{digest}"}
        }
        self.files[f"/npm/{name}"] = json.dumps(known).encode()
