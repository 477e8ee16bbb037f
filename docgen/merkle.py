"""默克尔树：日志的每条流水是一片叶子；证明某条在内、证明只增不改。纯函数。

Source: RFC 6962 section 2.1 (hashes), RFC 9162 sections 2.1.3 and 2.1.4 (proofs).
Hashes are 32 bytes; indices count from 0; a path runs from the leaf upwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(data: bytes) -> bytes:
    """一片叶子的散列。"""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """一个内节点的散列。"""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """树根；leaves 是叶子的散列，可以是流，内存只与树高有关。"""
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, node = 0, leaf
        while peaks and peaks[-1][0] == height:
            node = node_hash(peaks.pop()[1], node)
            height += 1
        peaks.append((height, node))
    if not peaks:
        return hashlib.sha256().digest()
    node = peaks.pop()[1]
    while peaks:
        node = node_hash(peaks.pop()[1], node)
    return node


class Tree:
    """一棵只增不减的树，记着各个完整的子树：根和证明只算边上的几个节点。"""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """叶子的片数。"""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """加一片叶子（散列）。"""
        level, node = 0, leaf
        while True:
            self._levels[level].append(node)
            if len(self._levels[level]) % 2:
                return
            left, right = self._levels[level][-2:]
            level, node = level + 1, node_hash(left, right)
            if level == len(self._levels):
                self._levels.append([])

    def leaf(self, index: int) -> bytes:
        """第 index 片叶子的散列。"""
        return self._levels[0][index]

    def root(self, size: int) -> bytes:
        """前 size 片叶子的根。"""
        return self._node(0, size) if size else tree_root(())

    def path(self, index: int, size: int) -> tuple[bytes, ...]:
        """第 index 片叶子到前 size 片的根的证明。Raises ValueError when it is not among them."""
        if not 0 <= index < size <= self.size:
            raise ValueError("no such leaf")
        steps: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                steps.append(self._node(middle, high))
                high = middle
            else:
                steps.append(self._node(low, middle))
                low = middle
        return tuple(reversed(steps))

    def _node(self, low: int, high: int) -> bytes:
        width = high - low
        if width & (width - 1) == 0:
            return self._levels[width.bit_length() - 1][low // width]
        middle = low + _split(width)
        return node_hash(self._node(low, middle), self._node(middle, high))


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """第 index 片叶子到根的证明。Raises ValueError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise ValueError("no such leaf")
    if len(leaves) == 1:
        return ()
    half = _split(len(leaves))
    if index < half:
        return (*inclusion_path(leaves[:half], index), tree_root(leaves[half:]))
    return (*inclusion_path(leaves[half:], index - half), tree_root(leaves[:half]))


def consistency_path(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """前 size 片叶子的树是现在这棵树的开头。Raises ValueError for a size out of range."""
    if not 0 < size <= len(leaves):
        raise ValueError("no such tree")
    return _consistency(leaves, size, whole=True)


def _consistency(leaves: Sequence[bytes], size: int, *, whole: bool) -> tuple[bytes, ...]:
    if size == len(leaves):
        return () if whole else (tree_root(leaves),)
    half = _split(len(leaves))
    if size <= half:
        return (*_consistency(leaves[:half], size, whole=whole), tree_root(leaves[half:]))
    rest = _consistency(leaves[half:], size - half, whole=False)
    return (*rest, tree_root(leaves[:half]))


def _split(count: int) -> int:
    """小于 count 的最大的二的幂。"""
    return 1 << (count - 1).bit_length() - 1


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """证明是否成立（RFC 9162 section 2.1.3.2）。"""
    if not 0 <= index < size or len(leaf) != 32:
        return False
    position, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(step, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, step)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """first 片叶子的树是 second 片叶子的树的开头（RFC 9162 section 2.1.4.2）。"""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, step)
        position, last = position >> 1, last >> 1
    return last == 0 and before == first_root and after == second_root
