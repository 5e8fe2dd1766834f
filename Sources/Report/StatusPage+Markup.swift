// SPDX-License-Identifier: Apache-2.0

import Wire

extension StatusPage {
  /// What a page begins with; `~` is the time. Should anything but text ever get into it, it may load
  /// nothing and run nothing. `--c` is the colour of a thing, red unless something better is known; each
  /// can be told from black and from white.
  static var head: Literal {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">
    <title>Dynamic DNS</title>
    <style>
    :root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
    *{box-sizing:border-box;margin:0;padding:0}
    body{max-width:70em;margin:auto;padding:1em}
    h1,h2{font-size:1.3em}
    dt,svg+p,summary,body>p{opacity:.7}
    main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(27em,100%),1fr));gap:1em;\
    align-items:start;margin:1em 0}
    section{padding:1em;border:1px solid #8885;border-radius:8px}
    b:before,li:before{content:"● ";color:var(--c)}
    svg{width:100%;height:40px;margin-top:1em;padding:0 4px;overflow:visible}
    path{stroke:var(--c);stroke-width:8px;stroke-linecap:round;vector-effect:non-scaling-stroke}
    svg+p{display:flex;justify-content:space-between;font-size:.8em}
    dl{display:grid;grid-template-columns:6em 1fr;gap:.2em 1em;margin-top:1em}
    td{padding:.2em .8em .2em 0;border-top:1px solid #8883;font-size:.85em;vertical-align:top}
    td:first-child{white-space:nowrap}
    td:nth-child(2){overflow-wrap:normal}
    table{border-collapse:collapse}
    details{overflow:auto}
    ul{display:flex;flex-wrap:wrap;gap:0 1.5em;list-style:none}
    section,path,li{--c:#e0453a}
    .detected{--c:#3b82f6}
    .waiting,.done,.good,.nochg{--c:#22a35a}
    .checking,.verifying,.retrying,.paused{--c:#c98500}
    .disabled,.never-run,path.stopped{--c:#8a929a}
    </style>
    </head>
    <body>
    <h1>Dynamic DNS</h1>
    <p>~</p>
    <main>

    """
  }

  /// What stands before the paths of a plot: it is as wide as there is room, but lines are not.
  static var plot: Literal {
    """
    <svg viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" aria-label="events">

    """
  }

  /// What a page ends with: what the colours mean.
  static var end: Literal {
    """
    </main>
    <ul>
    <li class="detected">another address</li>
    <li class="waiting">well</li>
    <li class="retrying">not yet</li>
    <li>failed</li>
    <li class="disabled">not running</li>
    </ul>
    </body>
    </html>

    """
  }
}
