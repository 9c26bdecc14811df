"""Who stores what: of all listeners on one spool, one at a time takes messages out of a partition of a topic.

A consumer group gives a partition to another listener when one is silent for too long; but who was silent may only have been
stopped, and goes on. So a listener claims a partition, with a lock that ends with its process, before it looks up to where it is
durable; and gives it back only after its last message of it is stored or dropped.
"""

from contextlib import ExitStack

from transforms import durable
from transforms.spool.position import TopicPartition
from transforms.spool.spool import Spool


class Claims:
    """The claims of one listener."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._held: dict[TopicPartition, ExitStack] = {}

    def claim(self, partition: TopicPartition) -> bool:
        """Whether it is this listener's now; not where another has it. Raises Outage."""
        if partition in self._held:
            return True
        with durable.storage("spool"):
            folder = self._spool.claims / partition.topic
            folder.mkdir(mode=0o700, exist_ok=True)
            path = folder / f"{partition.topic_id}-{partition.number}.lock"
            path.touch(mode=0o600)
            with ExitStack() as stack:
                if not stack.enter_context(durable.seize(path)):
                    return False
                self._held[partition] = stack.pop_all()
        return True

    def give_back(self, partition: TopicPartition) -> None:
        """Of one that it does not have nothing is given back."""
        if (stack := self._held.pop(partition, None)) is not None:
            stack.close()

    def give_all_back(self) -> None:
        for partition in tuple(self._held):
            self.give_back(partition)
