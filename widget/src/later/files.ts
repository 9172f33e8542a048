export { default as styles } from './files.css'
export { borrow } from './kit'
export { Tray } from './upload'
export { createUploads } from './uploads'

/** Frames the window while files are dragged over it. */
export function showDrop(box: HTMLElement, { type, relatedTarget }: DragEvent): void {
  const isOver = type === 'dragover' || (type === 'dragleave' && box.contains(relatedTarget as Node))
  box.classList.toggle('dropping', isOver)
}
