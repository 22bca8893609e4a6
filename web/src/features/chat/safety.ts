const CODE = /(?<!\d)\d{6}(?!\d)/
const WORD = /验证码|校验码|动态码|verification code/i

/** Whether somebody is about to give away a code from a text message: six digits with, or right after, 验证码. */
export function looksLikeCode(text: string, before: readonly string[] = []): boolean {
  return CODE.test(text) && (WORD.test(text) || before.slice(-2).some((words) => WORD.test(words)))
}
