import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import Button from './Button.vue'
import ErrorSummary from './ErrorSummary.vue'
import IconButton from './IconButton.vue'
import MessageBubble from './MessageBubble.vue'
import PasswordField from './PasswordField.vue'
import Tabs from './Tabs.vue'
import TextField from './TextField.vue'
import { hueOf } from './hue'

afterEach(() => document.body.replaceChildren())

describe('a message', () => {
  it('offers to send again what was not sent', async () => {
    const bubble = mount(MessageBubble, { props: { side: 'own', text: '在吗', state: 'failed' } })
    expect(bubble.text()).toContain('没发出去')
    await bubble.findAll('button')[0]!.trigger('click')
    expect(bubble.emitted('resend')).toHaveLength(1)
  })

  it('shows markup as the text it is', () => {
    const bubble = mount(MessageBubble, { props: { side: 'other', text: '<img src=x onerror=alert(1)>' } })
    expect(bubble.find('img').exists()).toBe(false)
    expect(bubble.text()).toContain('<img src=x onerror=alert(1)>')
  })

  it('shows nothing of what was recalled', () => {
    const bubble = mount(MessageBubble, { props: { side: 'other', text: '秘密', state: 'recalled' } })
    expect(bubble.text()).toBe('对方撤回了一条消息')
  })

  it('names the domain of a link and opens it apart', () => {
    const link = mount(MessageBubble, { props: { side: 'other', text: '见 https://example.gov.cn/a' } }).get('a')
    expect(link.text()).toContain('example.gov.cn')
    expect(link.attributes()).toMatchObject({ href: 'https://example.gov.cn/a', rel: 'noopener noreferrer' })
  })
})

describe('a field', () => {
  it('ties label, hint and error to its control', () => {
    const field = mount(TextField, { props: { label: '手机号', hint: '11 位', error: '还差 1 位', id: 'phone' } })
    const input = field.get('input')
    expect(field.get('label').attributes('for')).toBe('phone')
    expect(input.attributes()).toMatchObject({ 'aria-invalid': 'true', 'aria-describedby': 'phone-error phone-hint' })
    expect(field.get('#phone-error').text()).toBe('还差 1 位')
  })

  it('shows a password on request and keeps what was typed', async () => {
    const field = mount(PasswordField, { props: { label: '密码', modelValue: '一句话' } })
    await field.get('button').trigger('click')
    expect(field.get('input').attributes('type')).toBe('text')
    expect(field.get('input').element.value).toBe('一句话')
  })
})

describe('the summary of errors', () => {
  it('takes the focus and leads to the field', async () => {
    const field = mount(TextField, { props: { label: '密码', id: 'password' }, attachTo: document.body })
    const summary = mount(ErrorSummary, { props: { title: '请先改好', errors: [] as { id?: string; text: string }[] }, attachTo: document.body })
    await summary.setProps({ errors: [{ id: 'password', text: '请填写密码' }] })
    await nextTick()
    expect(document.activeElement).toBe(summary.element)
    await summary.get('a').trigger('click')
    expect(document.activeElement).toBe(field.get('input').element)
  })
})

describe('buttons', () => {
  it('refuse a second click while busy', async () => {
    const button = mount(Button, { props: { busy: true }, slots: { default: '提交' } })
    expect(button.attributes()).toMatchObject({ disabled: '', 'aria-busy': 'true' })
  })

  it('with a drawing only show their words on keyboard focus until Escape', async () => {
    const button = mount(IconButton, { props: { icon: 'close', label: '关闭', shortcut: 'Esc' }, attachTo: document.body })
    vi.spyOn(button.element, 'matches').mockReturnValue(true)
    await button.trigger('focus')
    expect(document.querySelector('[role=tooltip]')?.textContent).toContain('关闭')
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(document.querySelector('[role=tooltip]')).toBeNull()
  })
})

it('tabs move by arrows, round the ends', async () => {
  const tabs = mount(Tabs, { props: { label: '资料', modelValue: 'a', tabs: [{ key: 'a', label: '甲' }, { key: 'b', label: '乙' }] }, attachTo: document.body })
  await tabs.findAll('[role=tab]')[0]!.trigger('keydown', { key: 'ArrowLeft' })
  expect(tabs.emitted('update:modelValue')).toEqual([['b']])
})

it('gives the same person the same colour, and uses all six', () => {
  expect(hueOf(7)).toBe(hueOf('7'))
  expect(new Set(Array.from({ length: 60 }, (_, id) => hueOf(id))).size).toBe(6)
})
