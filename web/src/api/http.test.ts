import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, http, onSessionEnded } from './http'

const answers = vi.fn<(path: string, options: RequestInit) => Response>()

beforeEach(() => {
  vi.stubGlobal('fetch', async (path: string, options: RequestInit) => answers(path, options))
  document.cookie = 'csrf=t0ken'
})
afterEach(() => {
  vi.unstubAllGlobals()
  onSessionEnded(() => undefined)
})

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const refusal = async (call: Promise<unknown>) => (await call.catch((cause: unknown) => cause)) as ApiError

describe('asking the service', () => {
  it('sends the token with everything that changes something', async () => {
    answers.mockReturnValue(json(200, { ok: true }))
    await http.post('/api/things', { name: 'a' })
    const [, options] = answers.mock.lastCall!
    expect(options.headers).toMatchObject({ 'X-CSRFToken': 't0ken', 'Content-Type': 'application/json' })
    expect(options.body).toBe('{"name":"a"}')
  })

  it('leaves out of the address what was not given', async () => {
    answers.mockReturnValue(json(200, []))
    await http.get('/api/things', { query: { after: 41, before: undefined, desk: null } })
    expect(answers.mock.lastCall![0]).toBe('/api/things?after=41')
  })

  it('gives a refusal its code, its sentence, its fields and its facts', async () => {
    answers.mockReturnValue(json(422, { code: 'invalid', text: '填写的内容需要修改。', fields: { name: '太长' }, retry_after: 3 }))
    const error = await refusal(http.post('/api/things', {}))
    expect(error).toMatchObject({ kind: 'refused', code: 'invalid', text: '填写的内容需要修改。', status: 422, fields: { name: '太长' }, facts: { retry_after: 3 } })
  })

  it('tells a lost network from a refusal', async () => {
    answers.mockImplementation(() => {
      throw new TypeError('Failed to fetch')
    })
    expect(await refusal(http.get('/api/things'))).toMatchObject({ kind: 'network', code: 'network' })
  })

  it('says once where the session ended, and not where the caller expects it', async () => {
    const ended = vi.fn()
    onSessionEnded(ended)
    answers.mockReturnValue(json(401, { code: 'sign_in_needed', text: '请先登录。' }))
    expect((await refusal(http.get('/api/me/sessions'))).kind).toBe('session')
    expect(ended).toHaveBeenCalledTimes(1)
    await refusal(http.post('/api/people/claim', {}, { ownSession: true }))
    expect(ended).toHaveBeenCalledTimes(1)
  })

  it('survives an answer that is no JSON', async () => {
    answers.mockReturnValue(new Response('<html>', { status: 502 }))
    expect(await refusal(http.get('/api/things'))).toMatchObject({ kind: 'broken', code: 'http_502', text: '' })
  })

  it('takes an empty answer', async () => {
    answers.mockReturnValue(new Response(null, { status: 204 }))
    await expect(http.delete('/api/things/1')).resolves.toBeUndefined()
  })
})
