import type { Payload } from './webhooks.js';

type Kind = 'push' | 'pull_request' | 'issues' | 'release' | 'star' | 'workflow_run';

/** The base class: who subscribes to it gets all of the events below. */
export abstract class GitHubEvent<K extends Kind = Kind> {
  constructor(readonly payload: Payload<K>) {}

  get repository(): string {
    return this.payload.repository.full_name;
  }
}

/** What people want to read about. */
export abstract class NewsEvent<K extends Kind = Kind> extends GitHubEvent<K> {
  abstract get headline(): string;
}

export class PushEvent extends NewsEvent<'push'> {
  get headline(): string {
    const { pusher, deleted, created, ref } = this.payload;
    return `${pusher.name} ${deleted ? 'deleted' : created ? 'created' : 'updated'} ${ref}`;
  }
}

export class PullRequestEvent extends NewsEvent<'pull_request'> {
  get headline(): string {
    const { action, pull_request: pullRequest } = this.payload;
    return `pull request #${pullRequest.number} ${action}: ${pullRequest.title}`;
  }
}

export class IssueEvent extends NewsEvent<'issues'> {
  get headline(): string {
    const { action, issue } = this.payload;
    return `issue #${issue.number} ${action}: ${issue.title}`;
  }
}

export class ReleaseEvent extends NewsEvent<'release'> {
  get headline(): string {
    const { action, release } = this.payload;
    return `release ${release.tag_name} ${action}`;
  }
}

export class StarEvent extends GitHubEvent<'star'> {}

export class WorkflowRunEvent extends GitHubEvent<'workflow_run'> {
  get needsSomebody(): boolean {
    return this.payload.workflow_run.conclusion === 'action_required';
  }
}

/** A webhook of any other kind. It is no `GitHubEvent`, and nobody is subscribed to it. */
export class OtherWebhook {
  constructor(readonly kind: string) {}
}

export const eventClasses = new Map<string, new (payload: never) => GitHubEvent>([
  ['push', PushEvent],
  ['pull_request', PullRequestEvent],
  ['issues', IssueEvent],
  ['release', ReleaseEvent],
  ['star', StarEvent],
  ['workflow_run', WorkflowRunEvent],
]);

/** A webhook as an event: the one place that knows GitHub's names for its kinds. */
export function eventOf(kind: string, payload: object): GitHubEvent | OtherWebhook {
  const eventClass = eventClasses.get(kind);
  return eventClass ? new eventClass(payload as never) : new OtherWebhook(kind);
}
