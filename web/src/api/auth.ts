import { ApiError, exchange } from './http'

const base = '/_allauth/browser/v1'

/** A step that the account service still wants before somebody is signed in. */
export type Step = 'verify_phone' | 'verify_email' | 'login_by_code' | 'mfa_authenticate' | 'password_reset_by_code'

export interface AuthConfig {
  account: { login_methods: string[]; is_open_for_signup: boolean; login_by_code_enabled: boolean; email_verification_by_code_enabled?: boolean }
  mfa?: { supported_types: string[] }
}

/** Either somebody is signed in, or one more step is due. */
export type Progress = { signedIn: true } | { signedIn: false; step: Step | undefined }

interface Answer {
  status?: number
  data?: { flows?: { id: string; is_pending?: boolean }[] }
  meta?: unknown
  errors?: { code: string; message: string; param?: string }[]
}

const settled = [200, 401]

async function call(method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: unknown): Promise<{ status: number; answer: Answer }> {
  const { status, body: answer } = await exchange(method, base + path, body)
  return { status, answer: (answer ?? {}) as Answer }
}

async function step(path: string, body: unknown): Promise<Progress> {
  const { status, answer } = await call('POST', path, body)
  if (!settled.includes(status)) throw refusalOf(status, answer)
  if (status === 200) return { signedIn: true }
  return { signedIn: false, step: answer.data?.flows?.find((flow) => flow.is_pending)?.id as Step | undefined }
}

async function plain(method: 'POST', path: string, body: unknown): Promise<void> {
  const { status, answer } = await call(method, path, body)
  if (!settled.includes(status)) throw refusalOf(status, answer)
}

async function change(method: 'POST', path: string, body: unknown): Promise<void> {
  const { status, answer } = await call(method, path, body)
  if (status !== 200) throw refusalOf(status, answer)
}

/** Turns the account service's errors into ours: the first sentence, and one sentence per field. */
function refusalOf(status: number, answer: Answer): ApiError {
  const errors = answer.errors ?? []
  const fields = Object.fromEntries(errors.filter((error) => error.param).map((error) => [error.param, error.message]))
  const first = errors.find((error) => !error.param) ?? errors[0]
  const kind = status >= 500 ? 'broken' : status === 401 ? 'session' : 'refused'
  return new ApiError(kind, status === 429 ? 'too_fast' : (first?.code ?? `http_${status}`), first?.message ?? '', status, fields)
}

const resendDoors: Partial<Record<Step, string>> = {
  verify_phone: '/auth/phone/verify/resend',
  verify_email: '/auth/email/verify/resend',
  login_by_code: '/auth/code/resend',
}

/** Sign-in and registration, by the account service's own protocol. */
export const auth = {
  async config(): Promise<AuthConfig> {
    const { answer } = await call('GET', '/config')
    return answer.data as unknown as AuthConfig
  },
  signIn: (account: { username?: string; email?: string; phone?: string; password: string }) => step('/auth/login', account),
  register: (account: { username: string; password: string; email?: string; phone?: string; name?: string }) => step('/auth/signup', account),
  requestCode: (to: { email?: string; phone?: string }) => step('/auth/code/request', to),
  confirmCode: (code: string) => step('/auth/code/confirm', { code }),
  /** Sends the code of this step once more. */
  resend: (at: Step) => plain('POST', resendDoors[at] ?? '', {}),
  requestReset: (to: { email?: string; phone?: string }) => step('/auth/password/request', to),
  resetPassword: (key: string, password: string) => step('/auth/password/reset', { key, password }),
  secondFactor: (code: string) => step('/auth/2fa/authenticate', { code }),
  verifyPhone: (code: string) => step('/auth/phone/verify', { code }),
  verifyEmail: (key: string) => step('/auth/email/verify', { key }),
  /** What an authenticator must know to be added; nothing when there is one already. */
  async newAuthenticator(): Promise<{ secret: string; totp_url: string } | undefined> {
    const { status, answer } = await call('GET', '/account/authenticators/totp')
    if (status === 404) return answer.meta as { secret: string; totp_url: string }
    if (status === 200) return undefined
    throw refusalOf(status, answer)
  },
  /** Adds the authenticator whose code this is. */
  addAuthenticator: (code: string) => change('POST', '/account/authenticators/totp', { code }),
  /** Codes for when the authenticator is lost; they can be seen once. */
  async recoveryCodes(): Promise<string[]> {
    const { status, answer } = await call('GET', '/account/authenticators/recovery-codes')
    if (status !== 200) throw refusalOf(status, answer)
    return (answer.data as { unused_codes?: string[] }).unused_codes ?? []
  },
  /** Proves once more who sits here; asked before what protects the account is changed. */
  proveAgain: (password: string) => change('POST', '/auth/reauthenticate', { password }),
  async signOut(): Promise<void> {
    await call('DELETE', '/auth/session')
  },
}
