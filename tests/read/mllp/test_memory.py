"""Who may read on when the memory is full: everybody again after a while, and never more than is allowed."""

from transforms.read.mllp.memory import Memory


class Sender:
    """A connection that reads when it may."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.unfinished, self.reading, self.gone = memory, 0, True, False
        memory.join(self)

    def hold(self) -> None:
        self.reading = False

    def go_on(self) -> None:
        self.reading = True

    def cut_off(self) -> None:
        self.gone, self.reading, self.unfinished = True, False, 0
        self.memory.leave(self)

    def send(self, size: int, *, end: bool = False) -> None:
        assert self.reading
        finished = self.unfinished + size if end else 0
        self.unfinished = 0 if end else self.unfinished + size
        self.memory.read(self, finished)


def test_all_wait_for_the_disk_and_go_on_when_it_has_caught_up() -> None:
    memory = Memory(100)
    first, second = Sender(memory), Sender(memory)
    first.send(60, end=True)
    second.send(60, end=True)
    late = Sender(memory)
    assert [one.reading for one in (first, second, late)] == [False] * 3
    memory.stored(60)
    assert not first.reading
    memory.stored(60)
    assert [one.reading for one in (first, second, late)] == [True] * 3


def test_where_unfinished_messages_fill_it_they_are_finished_one_after_the_other() -> None:
    memory = Memory(100)
    senders = [Sender(memory) for _ in range(4)]
    for sender, size in zip(senders, (30, 40, 20, 15), strict=True):
        sender.send(size)
    assert [one.reading for one in senders] == [False, True, False, False]
    senders[1].send(10, end=True)
    assert not any(one.reading for one in senders)
    memory.stored(50)
    assert [one.reading for one in senders] == [True, False, False, False]
    senders[0].send(10, end=True)
    memory.stored(40)
    assert all(one.reading for one in senders)


def test_a_sender_that_stalls_in_its_turn_is_cut_off_and_the_others_go_on() -> None:
    memory = Memory(100, turn_seconds=10)
    stalled, slow, good = (Sender(memory) for _ in range(3))
    slow.send(45)
    good.send(1)
    stalled.send(60)
    assert stalled.reading
    memory.tick(0)
    memory.tick(9)
    assert not stalled.gone
    memory.tick(10)
    assert stalled.gone
    assert slow.reading
    assert good.reading


def test_a_sender_that_goes_away_leaves_nothing_behind() -> None:
    memory = Memory(100)
    leaving, staying = Sender(memory), Sender(memory)
    leaving.send(101)
    assert not staying.reading
    memory.leave(leaving)
    assert staying.reading
    staying.send(90)
    assert staying.reading
