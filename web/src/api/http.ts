/** Why a request had no good answer: the network, the session, or a refusal of the service with a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** `network` when no answer came; otherwise the HTTP status decides. */
    readonly kind: 'network' | 'session' | 'refused' | 'broken',
    /** For machines: `not_found`, `invalid`, … */
    readonly code: string,
    /** A sentence for people in the language of the service; empty for `network`. */
    readonly text: string,
    readonly status = 0,
    /** For `invalid`: what is wrong with each field. */
    readonly fields: Readonly<Record<string, string>> = {},
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(text || code)
  }
}

interface Options {
  query?: Record<string, string | number | boolean | null | undefined>
  signal?: AbortSignal
  /** The caller deals with 401 itself; the session hook stays quiet. */
  ownSession?: boolean
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let sessionEnded: () => void = () => undefined

/** Called whenever an answer says that the session is over. */
export function onSessionEnded(call: () => void): void {
  sessionEnded = call
}

export const http = {
  get: <T>(path: string, options?: Options) => request<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: Options) => request<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: Options) => request<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options?: Options) => request<T>('PATCH', path, body, options),
  delete: <T>(path: string, options?: Options) => request<T>('DELETE', path, undefined, options),
}

/** The answer and its status, whatever the status is; throws only when no JSON answer came. */
export async function exchange(method: Method, path: string, body?: unknown, options: Options = {}): Promise<{ status: number; body: unknown }> {
  const response = await send(method, path, body, options)
  return { status: response.status, body: await bodyOf(response) }
}

async function request<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const response = await send(method, path, body, options)
  const answer = await bodyOf(response)
  if (response.ok) return answer as T
  const error = errorOf(response.status, answer)
  if (error.kind === 'session' && !options.ownSession) sessionEnded()
  throw error
}

async function send(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken()
  try {
    return await fetch(path + queryOf(options.query), {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError('network', 'network', '')
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await response.text().catch(() => '')
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

function errorOf(status: number, answer: unknown): ApiError {
  const { code, text, fields, ...facts } = (answer ?? {}) as { code?: string; text?: string; fields?: Record<string, string> }
  const kind = status === 401 ? 'session' : status >= 500 ? 'broken' : 'refused'
  return new ApiError(kind, code ?? `http_${status}`, text ?? '', status, fields, facts)
}

function queryOf(query: Options['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null)
  return pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : ''
}

function csrfToken(): string {
  return document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrf=([^;]+)/)?.[1] ?? ''
}
