import { mount } from '@vue/test-utils'
import { computed } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import Composer from '@/features/chat/Composer.vue'
import type { Conversation } from '@/features/chat/conversation'

/** The part of a conversation the box looks at. */
function conversation(): Conversation {
  const part = {
    desk: computed(() => 'labour'),
    talk: computed(() => undefined),
    open: computed(() => true),
    offHours: computed(() => false),
    rows: computed(() => []),
    keystroke: () => undefined,
  }
  return part as unknown as Conversation
}

function box(words: string) {
  const wrapper = mount(Composer, { props: { conversation: conversation(), replies: ['thanks'] }, attachTo: document.body })
  const area = wrapper.get('textarea')
  return { wrapper, area, type: () => area.setValue(words), sent: () => wrapper.emitted('send') ?? [] }
}

afterEach(() => {
  localStorage.clear()
  document.body.innerHTML = ''
})

describe('the box', () => {
  it('sends by Enter, empties itself and keeps no draft', async () => {
    const { area, type, sent } = box(' 您好 ')
    await type()
    await area.trigger('keydown', { key: 'Enter' })
    expect(sent()).toEqual([['您好']])
    expect(area.element.value).toBe('')
    expect(localStorage.getItem('zwt.draft.visitor.labour')).toBeNull()
  })

  it('makes a new line by Shift Enter', async () => {
    const { area, type, sent } = box('第一行')
    await type()
    await area.trigger('keydown', { key: 'Enter', shiftKey: true })
    expect(sent()).toEqual([])
  })

  it('never sends while characters are being composed', async () => {
    const { area, type, sent } = box('ni hao')
    await type()
    await area.trigger('keydown', { key: 'Enter', isComposing: true })
    await area.trigger('keydown', { key: 'Enter', keyCode: 229 })
    expect(sent()).toEqual([])
  })

  it('sends neither nothing nor more than two thousand characters', async () => {
    for (const words of ['   ', '字'.repeat(2001)]) {
      const { area, type, sent } = box(words)
      await type()
      await area.trigger('keydown', { key: 'Enter' })
      expect(sent()).toEqual([])
    }
  })

  it('counts from 1800 characters on', async () => {
    const { wrapper, area } = box('')
    await area.setValue('字'.repeat(1799))
    expect(wrapper.text()).not.toContain('/ 2000')
    await area.setValue('字'.repeat(1800))
    expect(wrapper.text()).toContain('1800 / 2000')
  })

  it('asks before it gives away a code', async () => {
    const { area, type, sent } = box('验证码 482913')
    await type()
    await area.trigger('keydown', { key: 'Enter' })
    expect(sent()).toEqual([])
    expect(area.element.value).toBe('验证码 482913')
  })

  it('sends a quick reply at once and leaves what was being written', async () => {
    const { wrapper, area, sent } = box('')
    await area.setValue('写了一半')
    await wrapper.get('.replies button').trigger('click')
    expect(sent()).toEqual([['明白了，谢谢']])
    expect(area.element.value).toBe('写了一半')
  })

  it('keeps the draft of the desk', async () => {
    const { type, wrapper } = box('写了一半')
    await type()
    wrapper.unmount()
    expect(box('').area.element.value).toBe('写了一半')
  })
})
