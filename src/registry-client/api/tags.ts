import { array, looseObject, nullish, string } from 'valibot'
import { parseJson } from '../../std/json.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { badAnswer, type EndpointRequest } from './endpoint.ts'
import { pages } from './pages.ts'
import { pathOf, readScopes, type RepositoryEndpoint } from './repository-endpoint.ts'

const pageSize = 1000

/** `tags` is null where Go had nothing to list. */
const tagsSchema = looseObject({ tags: nullish(array(string()), () => []) })

/** All tags of a repository, in the registry's order. @throws ImageError `not-found`; RegistryError */
export async function* listTags(at: RepositoryEndpoint, job: Job): AsyncGenerator<string> {
  const first: EndpointRequest = {
    method: 'GET',
    target: `${pathOf(at, 'tags/list')}?n=${pageSize}`,
    repository: at.name,
    scopes: readScopes(at),
    headers: { accept: 'application/json' },
    expect: [200],
    asked: 'list of tags',
  }
  for await (const { request, body } of pages(at, first, job)) {
    let tags: readonly string[]
    try {
      tags = parseJson(body, tagsSchema, 'the list of tags').tags
    } catch (error) {
      throw badAnswer(at.endpoint, request, errorMessage(error))
    }
    // Names that no reference can have would only mislead, or upset a terminal.
    yield* tags.filter((tag) => /^\w[\w.-]{0,127}$/.test(tag))
  }
}
