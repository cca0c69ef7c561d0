"""The rules: one small file each, listed in one static tuple."""

from __future__ import annotations

from dsguard.rules.base import FileRule, ProjectRule, PythonRule, Rule
from dsguard.rules.data.data_file import DataFile
from dsguard.rules.data.disguised_file import DisguisedFile
from dsguard.rules.data.dvc_output_in_git import DvcOutputInGit
from dsguard.rules.data.missing_lfs_pointer import MissingLfsPointer
from dsguard.rules.data.model_binary import ModelBinary
from dsguard.rules.data.oversized_file import OversizedFile
from dsguard.rules.data.pii_column import PiiColumn
from dsguard.rules.data.raw_data import RawData
from dsguard.rules.data.repository_budget import RepositoryBudget
from dsguard.rules.data.restricted_dataset import RestrictedDataset
from dsguard.rules.data.run_artifact import RunArtifact
from dsguard.rules.data.unclassified_dataset import UnclassifiedDataset
from dsguard.rules.data.unprotected_data_directory import UnprotectedDataDirectory
from dsguard.rules.data.unsafe_pickle import UnsafePickle
from dsguard.rules.engine.rule_crashed import RuleCrashed
from dsguard.rules.engine.unreadable_file import UnreadableFile
from dsguard.rules.engine.unused_suppression import UnusedSuppression
from dsguard.rules.lockfile.floating_base_image import FloatingBaseImage
from dsguard.rules.lockfile.ignored_lockfile import IgnoredLockfile
from dsguard.rules.lockfile.missing_hash_seed import MissingHashSeed
from dsguard.rules.lockfile.missing_lockfile import MissingLockfile
from dsguard.rules.lockfile.stale_lockfile import StaleLockfile
from dsguard.rules.lockfile.unbounded_python import UnboundedPython
from dsguard.rules.lockfile.unlocked_install import UnlockedInstall
from dsguard.rules.lockfile.unpinned_requirements import UnpinnedRequirements
from dsguard.rules.notebooks.execution_count import ExecutionCount
from dsguard.rules.notebooks.large_attachment import LargeAttachment
from dsguard.rules.notebooks.leaking_output import LeakingOutput
from dsguard.rules.notebooks.notebook_output import NotebookOutput
from dsguard.rules.notebooks.out_of_order_execution import OutOfOrderExecution
from dsguard.rules.notebooks.rendered_notebook import RenderedNotebook
from dsguard.rules.notebooks.unnumbered_notebook import UnnumberedNotebook
from dsguard.rules.notebooks.volatile_metadata import VolatileMetadata
from dsguard.rules.paths.home_path import HomePath
from dsguard.rules.paths.mount_path import MountPath
from dsguard.rules.paths.parent_path import ParentPath
from dsguard.rules.paths.path_hack import PathHack
from dsguard.rules.paths.platform_path import PlatformPath
from dsguard.rules.secrets.credential_file import CredentialFile
from dsguard.rules.secrets.logged_secret import LoggedSecret
from dsguard.rules.secrets.secret import Secret
from dsguard.rules.secrets.secret_in_output import SecretInOutput
from dsguard.rules.secrets.unignored_dotenv import UnignoredDotenv
from dsguard.rules.seeds.defective_seeding import DefectiveSeeding
from dsguard.rules.seeds.duplicated_worker_rng import DuplicatedWorkerRng
from dsguard.rules.seeds.implicit_random_state import ImplicitRandomState
from dsguard.rules.seeds.ineffective_hash_seed import IneffectiveHashSeed
from dsguard.rules.seeds.nondeterministic_seed import NondeterministicSeed
from dsguard.rules.seeds.partly_seeded_entry_script import PartlySeededEntryScript
from dsguard.rules.seeds.private_rng_unseeded import PrivateRngUnseeded
from dsguard.rules.seeds.seed_after_use import SeedAfterUse
from dsguard.rules.seeds.unseeded_entry_script import UnseededEntryScript
from dsguard.rules.seeds.unseeded_generator import UnseededGenerator
from dsguard.rules.seeds.unseeded_notebook import UnseededNotebook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

RULES: tuple[Rule, ...] = (
    RuleCrashed(),
    UnreadableFile(),
    UnusedSuppression(),
    RawData(),
    ModelBinary(),
    DataFile(),
    RunArtifact(),
    OversizedFile(),
    DisguisedFile(),
    UnsafePickle(),
    MissingLfsPointer(),
    DvcOutputInGit(),
    UnprotectedDataDirectory(),
    PiiColumn(),
    RestrictedDataset(),
    UnclassifiedDataset(),
    RepositoryBudget(),
    NotebookOutput(),
    ExecutionCount(),
    VolatileMetadata(),
    LeakingOutput(),
    OutOfOrderExecution(),
    UnnumberedNotebook(),
    RenderedNotebook(),
    LargeAttachment(),
    Secret(),
    SecretInOutput(),
    CredentialFile(),
    UnignoredDotenv(),
    LoggedSecret(),
    MissingLockfile(),
    StaleLockfile(),
    IgnoredLockfile(),
    UnboundedPython(),
    UnlockedInstall(),
    MissingHashSeed(),
    FloatingBaseImage(),
    UnpinnedRequirements(),
    UnseededEntryScript(),
    PartlySeededEntryScript(),
    SeedAfterUse(),
    NondeterministicSeed(),
    UnseededGenerator(),
    PrivateRngUnseeded(),
    IneffectiveHashSeed(),
    DuplicatedWorkerRng(),
    DefectiveSeeding(),
    ImplicitRandomState(),
    UnseededNotebook(),
    HomePath(),
    MountPath(),
    PlatformPath(),
    PathHack(),
    ParentPath(),
)
"""Every rule, sorted by code."""

__all__ = ["RULES", "FileRule", "ProjectRule", "PythonRule", "Rule", "find_rule"]


def find_rule(name: str, among: Iterable[Rule] | None = None) -> Rule | None:
    """The rule with this code or name, in any case; ``among`` other rules than dsguard's own where there are plugins."""
    wanted = name.strip().lower()
    for rule in RULES if among is None else among:
        if wanted in (rule.code.lower(), rule.name):
            return rule
    return None
