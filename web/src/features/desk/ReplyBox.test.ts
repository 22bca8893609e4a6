import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed } from 'vue'
import type { Conversation } from './conversation'
import ReplyBox from './ReplyBox.vue'

const talk = { id: 5, number: 'ZX1', citizen: { id: 1, name: '方小满', anonymous: false }, desk: { key: 'labour' }, case: null, due_at: null }

function open() {
  const [answer, note] = [vi.fn(), vi.fn()]
  const conversation = { talk: computed(() => talk), answer, note, keystroke: vi.fn() } as unknown as Conversation
  const box = mount(ReplyBox, {
    props: { conversation, text: '', 'onUpdate:text': (text?: string) => box.setProps({ text }), 'onUpdate:tab': (tab?: 'reply' | 'note') => box.setProps({ tab }) },
    attachTo: document.body,
  })
  const write = (text: string) => box.get('textarea').setValue(text)
  const press = (key: string, held: object = {}) => box.get('textarea').trigger('keydown', { key, ...held })
  return { box, answer, note, write, press }
}

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ items: [{ id: 1, scope: 'own', title: '要查证', body: '{称呼}，我核实一下，{截止日}前答复。', initials: 'ycz' }] }))))
})

describe('the box of the officer', () => {
  it('sends by Enter and is empty afterwards', async () => {
    const { box, answer, write, press } = open()
    await write('您好')
    await press('Enter')
    expect(answer).toHaveBeenCalledExactlyOnceWith('您好')
    expect(box.get('textarea').element.value).toBe('')
  })

  it.each([['while characters are being chosen', { isComposing: true }], ['with the key code of composition', { keyCode: 229 }], ['with Shift', { shiftKey: true }]])('sends nothing %s', async (_, held) => {
    const { answer, write, press } = open()
    await write('您好')
    await press('Enter', held)
    expect(answer).not.toHaveBeenCalled()
  })

  it('sends no empty words', async () => {
    const { answer, write, press } = open()
    await write('  \n')
    await press('Enter')
    expect(answer).not.toHaveBeenCalled()
  })

  it('keeps answer and note apart', async () => {
    const { box, answer, note, write, press } = open()
    await write('给群众的话')
    await box.get('[role=tab][aria-selected=false]').trigger('click')
    expect(box.get('textarea').element.value).toBe('')
    await write('给同事的话')
    await press('Enter')
    expect(note).toHaveBeenCalledExactlyOnceWith('给同事的话')
    expect(answer).not.toHaveBeenCalled()
    await box.get('[role=tab][aria-selected=false]').trigger('click')
    expect(box.get('textarea').element.value).toBe('给群众的话')
  })

  it('puts a phrase into the box, filled, with the caret where something is missing, and does not send it', async () => {
    const { box, answer, write, press } = open()
    await write('/ycz')
    await vi.waitFor(() => expect(box.find('[role=option]').exists()).toBe(true))
    await press('Enter')
    const area = box.get('textarea').element
    await vi.waitFor(() => expect(area.value).toBe('方小满，我核实一下，{截止日}前答复。'))
    expect(area.value.slice(area.selectionStart, area.selectionEnd)).toBe('{截止日}')
    expect(answer).not.toHaveBeenCalled()
  })

  it('closes the phrases by Escape', async () => {
    const { box, write, press } = open()
    await write('/')
    expect(box.find('.sheet').exists()).toBe(true)
    await press('Escape')
    expect(box.find('.sheet').exists()).toBe(false)
  })
})
