import { createRequire } from 'node:module';
import type { WebhookDefinition } from '@octokit/webhooks-examples';

/** What GitHub sends for webhooks of one kind. */
export type Payload<Kind extends WebhookDefinition['name']> = WebhookDefinition<Kind>['examples'][number];

/** Real payloads, as GitHub has sent them: 329 of 58 kinds. */
// `require`, because the package is a JSON file, which `import` takes only with an attribute that its types do not know.
export const webhooks = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly WebhookDefinition[];
