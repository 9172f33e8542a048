<<<<<<<< HEAD:panel/dist/assets/refusals-CkzSWCAI.js
import{S as e,r as t}from"./first-CePe1N0H.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
========
import{S as e,r as t}from"./first-Cug4cGXm.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/refusals-Dep9VUIg.js
