export default function start(): string {
  return 'a bus';
}
