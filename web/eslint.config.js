import vue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'
import ts from 'typescript-eslint'

const han = '/[\\u4e00-\\u9fff]/'

export default ts.config(
  { ignores: ['dist/**', 'coverage/**', 'src/contract/**'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      'vuejs-accessibility/label-has-for': 'off',
      'vuejs-accessibility/form-control-has-label': 'off',
      'vuejs-accessibility/no-autofocus': 'off',
    },
  },
  {
    // Words for people live in src/locales only.
    files: ['src/**/*.vue', 'src/**/*.ts'],
    ignores: ['src/**/*.test.ts', 'src/dev/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=${han}]`, message: 'Put the words into src/locales.' },
        { selector: `TemplateElement[value.raw=${han}]`, message: 'Put the words into src/locales.' },
      ],
      'vue/no-restricted-syntax': [
        'error',
        { selector: `VText[value=${han}]`, message: 'Put the words into src/locales.' },
        { selector: `VLiteral[value=${han}]`, message: 'Put the words into src/locales.' },
        { selector: `Literal[value=${han}]`, message: 'Put the words into src/locales.' },
      ],
    },
  },
)
