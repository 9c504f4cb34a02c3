"""Answers the questions of many clients together: after a restart of the server, thousands come back at once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from monitor.database.threads import DatabaseThreads

Question = TypeVar("Question")
Answer = TypeVar("Answer")
MAX_SIZE = 500


class Batches(Generic[Question, Answer]):
    """Answers questions with one call of `answer` in a database thread for all that wait.

    While one batch is answered, the next one gathers. So a single question is answered at once, and a crowd costs few
    calls. No answer is older than its question.
    """

    def __init__(
        self,
        threads: DatabaseThreads,
        answer: Callable[[Sequence[Question]], Sequence[Answer]],
        max_size: int = MAX_SIZE,
    ) -> None:
        self._threads = threads
        self._answer = answer
        self._max_size = max_size
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, question: Question) -> Answer:
        """The answer to `question`. Errors: those of `answer`, which fail the whole batch."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, future))
        if self._task is None:
            self._task = loop.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._max_size], self._waiting[self._max_size :]
                await self._answer_all([(question, future) for question, future in batch if not future.done()])
        finally:
            self._task = None

    async def _answer_all(self, batch: list[tuple[Question, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._threads(self._answer, [question for question, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
