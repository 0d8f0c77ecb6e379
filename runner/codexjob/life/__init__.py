"""The life of a job that nobody watches: its states, its one writer, its queue, and what becomes of it.

`create` writes down what is asked, `supervisor` lives the job, in this process or in one started by `detach`,
`recover` takes up what a dead supervisor left, and `lookup` finds jobs for those who ask about them.
"""
