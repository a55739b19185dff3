"""What can be wrong with a register, an overlay, or what is asked of it."""

from gongkai_build.errors import GongkaiError


class RegisterError(GongkaiError, ValueError):
    """A file of the register, a region code or an agency's id is wrong; the message names it and says why."""
