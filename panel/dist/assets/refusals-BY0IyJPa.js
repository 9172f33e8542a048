<<<<<<<< HEAD:panel/dist/assets/refusals-BDeY6PeY.js
import{h as e,t}from"./first-CD8LE22Q.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
========
import{h as e,t}from"./first-BoQlsvZk.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
>>>>>>>> imap:panel/dist/assets/refusals-BY0IyJPa.js
