<<<<<<<< HEAD:panel/dist/assets/refusals-D0EzxKHH.js
import{D as e,r as t}from"./first-C_9uqtid.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
========
import{D as e,r as t}from"./first-DQ8IiHbp.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
>>>>>>>> 8be15a6 (The bundles and the generated pages follow):panel/dist/assets/refusals-B9q6R6NB.js
