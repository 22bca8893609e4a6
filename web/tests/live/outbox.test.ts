import { describe, expect, it } from 'vitest'
import { Outbox, type Letter, type Refused } from '@/live/outbox'
import { HandClock, Shelf } from './surroundings'

class Refusal extends Error {
  constructor(readonly refused: Refused | null) {
    super('refused')
  }
}

function setUp(shelf = new Shelf()) {
  const clock = new HandClock()
  const sent: string[] = []
  const asked: { letter: Letter; answer: (stream: number) => void; fail: (error: Error) => void }[] = []
  const carriers = {
    send: (letter: Letter) => sent.push(letter.body) > 0,
    ask: (letter: Letter) => new Promise<number>((answer, fail) => asked.push({ letter, answer, fail })),
    judge: (error: unknown) => (error instanceof Refusal ? error.refused : null),
  }
  const outbox = new Outbox(shelf, carriers, clock, () => undefined)
  outbox.belongTo(7)
  return { outbox, clock, sent, asked, shelf }
}

const states = (outbox: Outbox) => outbox.letters.map((letter) => [letter.body, letter.progress])
const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('the outbox', () => {
  it('keeps a message until the service says it is stored', () => {
    const { outbox, shelf } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '您好')
    expect(states(outbox)).toEqual([['您好', 'sending']])
    outbox.stored(3, 'k1')
    expect(outbox.letters).toEqual([])
    expect(shelf.all()).toEqual([])
  })

  it('waits without a line and sends everything in order when it is back', () => {
    const { outbox, sent } = setUp()
    for (const n of [1, 2, 3]) outbox.add({ stream: 3, desk: null }, `k${n}`, `第${n}句`)
    expect(sent).toEqual([])
    outbox.online()
    expect(sent).toEqual(['第1句', '第2句', '第3句'])
  })

  it('survives a reload with the same key', () => {
    const first = setUp()
    first.outbox.online()
    first.outbox.add({ stream: 3, desk: null }, 'k1', '您好')
    const again = setUp(first.shelf)
    again.outbox.online()
    expect(again.sent).toEqual(['您好'])
    expect(again.outbox.letters[0]!.key).toBe('k1')
  })

  it('says so after fifteen seconds without an answer, and still believes a late one', () => {
    const { outbox, clock } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '您好')
    clock.pass(15_000)
    expect(states(outbox)).toEqual([['您好', 'failed']])
    expect(outbox.stored(3, 'k1')).toBe(true)
    expect(outbox.letters).toEqual([])
  })

  it('does not call a message failed while there is no line', () => {
    const { outbox, clock } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '您好')
    outbox.offline()
    clock.pass(60_000)
    expect(states(outbox)).toEqual([['您好', 'waiting']])
  })

  it('sends again what failed for want of an answer, but not what was refused', () => {
    const { outbox, clock, sent } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '没有回音')
    outbox.add({ stream: 3, desk: null }, 'k2', '太长了')
    outbox.refused({ t: 'err', key: 'k2', code: 'too_long', text: '内容太长' })
    clock.pass(15_000)
    sent.length = 0
    outbox.offline()
    outbox.online()
    expect(sent).toEqual(['没有回音'])
    expect(outbox.letters[1]!.refusal?.code).toBe('too_long')
  })

  it('lets nothing overtake a message that was told to come later', () => {
    const { outbox, clock, sent } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '一')
    outbox.refused({ t: 'err', key: 'k1', code: 'too_fast', text: '太快', retry_after: 2 })
    outbox.add({ stream: 3, desk: null }, 'k2', '二')
    outbox.add({ stream: 4, desk: null }, 'k3', '另一处')
    expect(sent).toEqual(['一', '另一处'])
    clock.pass(2000)
    expect(sent).toEqual(['一', '另一处', '一', '二'])
  })

  it('resends with the key it had, and deletes for good', () => {
    const { outbox, clock, sent, shelf } = setUp()
    outbox.online()
    outbox.add({ stream: 3, desk: null }, 'k1', '您好')
    clock.pass(15_000)
    outbox.resend('k1')
    expect(sent).toEqual(['您好', '您好'])
    outbox.remove('k1')
    expect(shelf.all()).toEqual([])
  })
})

describe('the first words to a desk', () => {
  it('open the talk once; what is written meanwhile follows into its stream, in order', async () => {
    const { outbox, asked, sent } = setUp()
    outbox.online()
    outbox.add({ stream: null, desk: 'labour' }, 'k1', '第一句')
    outbox.add({ stream: null, desk: 'labour' }, 'k2', '第二句')
    expect(asked.map((one) => one.letter.key)).toEqual(['k1'])
    asked[0]!.answer(12)
    await settled()
    expect(sent).toEqual(['第一句', '第二句'])
    expect(outbox.letters.map((letter) => letter.stream)).toEqual([12, 12])
  })

  it('are asked again with the same key after a lost answer', async () => {
    const { outbox, asked, clock } = setUp()
    outbox.add({ stream: null, desk: 'labour' }, 'k1', '您好')
    asked[0]!.fail(new Error('network'))
    await settled()
    clock.pass(3000)
    expect(asked.map((one) => one.letter.key)).toEqual(['k1', 'k1'])
  })

  it('are asked again after a reload', () => {
    const first = setUp()
    first.outbox.add({ stream: null, desk: 'labour' }, 'k1', '您好')
    const again = setUp(first.shelf)
    again.outbox.online()
    expect(again.asked.map((one) => one.letter.key)).toEqual(['k1'])
  })

  it('make way for the next ones when they are refused', async () => {
    const { outbox, asked } = setUp()
    outbox.add({ stream: null, desk: 'labour' }, 'k1', '一')
    outbox.add({ stream: null, desk: 'labour' }, 'k2', '二')
    asked[0]!.fail(new Refusal({ code: 'invalid', text: '需要修改' }))
    await settled()
    expect(states(outbox)).toEqual([['一', 'failed'], ['二', 'sending']])
  })

  it('of a visitor become those of the account made for them', () => {
    const { outbox, shelf } = setUp()
    outbox.belongTo(null)
    outbox.add({ stream: null, desk: 'labour' }, 'k1', '您好')
    outbox.belongTo(9)
    expect(shelf.all().map((letter) => letter.owner)).toEqual([9])
  })

  it('of somebody else on this device are left alone', () => {
    const first = setUp()
    first.outbox.add({ stream: null, desk: 'labour' }, 'k1', '别人的话')
    first.outbox.belongTo(8)
    expect(first.outbox.letters).toEqual([])
  })
})
