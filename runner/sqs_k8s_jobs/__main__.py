"""python -m sqs_k8s_jobs: the same as the command sqs-k8s-jobs."""

from sqs_k8s_jobs.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
