// Pieces of text, known and computed, in → the template literal of generated code that joins them out.

/** A computed text, in the two forms in which it can be part of another. */
export interface Text {
  /** What stands between backticks. */
  readonly template: string
  /** A string. */
  readonly expression: string
}

/** Of an expression whose value is a string. */
export function expression(text: string): Text {
  return { template: `\${${text}}`, expression: text }
}

export function template(text: string): Text {
  return { template: text, expression: `\`${text}\`` }
}

/** Known text, for between backticks. */
export function templateText(text: string): string {
  return text.replace(/[`\\]|\$(?=\{)/g, '\\$&')
}

export function joined(start: string, parts: readonly Text[], end: string): Text {
  return template(`${start}${parts.map(part => part.template).join()}${end}`)
}
