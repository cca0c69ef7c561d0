"""DSG302 secret-in-output."""

from __future__ import annotations

from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


# In two parts each, so that no scanner of whoever hosts this file takes them for real.
_HEX = "4b1e9c07d2a8" + "f35e60b917ac4d82e05bf6a3c91d"
_TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8YhNs3JfGe6Ua1oK5i"
_PASSWORD = "Qz7rTm" + "2vXw9kLd"


def _notebook(outputs: str, source: str, metadata: str = "{}") -> str:
    """A notebook whose one cell keeps its outputs on purpose."""
    return (
        '{"cells": [{"cell_type": "code", "execution_count": null, "id": "a1b2c3d4", "metadata": {"tags": ["keep_output"]},\n'
        f'"outputs": [{outputs}],\n"source": "{source}"}}],\n"metadata": {metadata}, "nbformat": 4, "nbformat_minor": 5}}\n'
    )


def _stream(text: str) -> str:
    return f'{{"output_type": "stream", "name": "stdout", "text": ["{text}\\n"]}}'


def _shown(mime_type: str, text: str) -> str:
    return f'{{"output_type": "execute_result", "execution_count": null, "metadata": {{}}, "data": {{"{mime_type}": "{text}"}}}}'


class SecretInOutput(FileRule):
    """An output keeps what was on the screen for a moment: the environment, a connection string in a stack trace, the settings of a
    client. So does papermill, which writes a run's parameters into the notebook. Nobody reviews it, and everybody who clones it has it.
    """

    code, name, family, since = "DSG302", "secret-in-output", "secrets", "0.1"
    summary = "credential in a notebook's output"
    help = "Revoke or rotate it, then clear the output."
    files = ("*.ipynb", "*.zpln", "note.json", "!@vendored")
    triggers = (b'"outputs"', b'"results"', b'"result"', b'"papermill"')
    bad = (
        {"eda.ipynb": _notebook(_stream(f'HOME=/root\\n", "GH_TOKEN={_TOKEN}'), "!env")},
        {
            "load.ipynb": _notebook(
                '{"output_type": "error", "ename": "OperationalError", "evalue": "timeout", "traceback": ["\\u001b[0;31mOperationalError'
                f'\\u001b[0m: postgresql://\\u001b[32metl:{_PASSWORD}@warehouse\\u001b[0m.acme-data.net:5432/sales"]}}',
                "engine.connect()",
            )
        },
        {"client.ipynb": _notebook(_shown("text/plain", f"Settings(region='eu', api_key='{_HEX[:32]}')"), "settings")},
        {
            "report.ipynb": '{"cells": [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Report"}],\n'
            f'"metadata": {{"papermill": {{"parameters": {{"month": "2024-05", "db_password": "{_PASSWORD}"}}}}}},\n'
            '"nbformat": 4, "nbformat_minor": 5}\n'
        },
    )
    good = (
        {"eda.ipynb": _notebook(_stream('GH_TOKEN=***\\n", "HF_HOME=/data/hf'), "!env")},
        {"client.ipynb": _notebook(_shown("text/plain", "Settings(api_key=SecretStr('**********'))"), "settings")},
        {"plot.ipynb": _notebook(_shown("image/png", f"iVBORw0KGgo{_TOKEN}"), "plt.plot(x)")},
        {"track.ipynb": _notebook(_stream(f"wandb: run {_HEX[:8]}, commit {_HEX}, sha1={_HEX}"), "run.finish()")},
        {"tokens.ipynb": _notebook(_shown("text/plain", "{'pad_token': '<|padding|>', 'max_tokens': 4096}"), "tokenizer")},
        {
            "hashes.ipynb": _notebook(
                _stream("done"),
                "train()",
                f'{{"vscode": {{"interpreter": {{"hash": "{_HEX}{_HEX[:24]}"}}}}, "papermill": {{"parameters": {{}}}}}}',
            )
        },
        {"report.ipynb": _notebook(_stream("ok"), "run()", '{"papermill": {"parameters": {"max_tokens": 4096, "token": ""}}}')},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.secrets.outputs import secrets_in_outputs
        from dsguard.documents.zeppelin import is_zeppelin

        if file.suffix != ".ipynb" and not is_zeppelin(file):
            return
        for secret in secrets_in_outputs(file):
            from dsguard.analysis.secrets.advice import advice_for_output

            yield self.found(
                secret.at,
                secret.message,
                subject=secret.subject,
                help=advice_for_output(secret, file.notebook),
                confidence=secret.confidence,
                trace=secret.trace,
                snippet=secret.snippet,
            )
