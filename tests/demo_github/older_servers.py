"""What older Enterprise Servers lack of GitHub's GraphQL, for `DemoGitHub(enterprise=True, lacks=…)`."""

MERGING = (
    "PullRequest.autoMergeRequest",
    "PullRequest.isInMergeQueue",
    "PullRequest.mergeQueueEntry",
    "PullRequest.mergeStateStatus",
    "PullRequest.reviewDecision",
    "PullRequest.reviewThreads",
    "PullRequestReview.authorCanPushToRepository",
    "Ref.refUpdateRule",
    "ReviewDismissedEvent.pullRequestCommit",
    "AddedToMergeQueueEvent",
    "RemovedFromMergeQueueEvent",
    "AutoMergeEnabledEvent",
    "AutoMergeDisabledEvent",
)
