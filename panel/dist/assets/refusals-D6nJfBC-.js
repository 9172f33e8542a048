<<<<<<<< HEAD:panel/dist/assets/refusals-D6nJfBC-.js
import{T as e,r as t}from"./first-nSoi-sB4.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
========
import{T as e,r as t}from"./first-Cm1RjOdq.js";function n(n,r){let i=n instanceof e?n.wire:n instanceof t?{...n,message:n.message}:null;if(!i)return r(`failed.action`);let{code:a,message:o,details:s={}}=i,c=[s.reason&&`refusal.${a}.${s.reason}`,`refusal.${a}`].find(e=>e&&r(e)!==e);return c?r(c,{...s,message:o}):o||r(`failed.action`)}export{n as t};
>>>>>>>> b52f630 (Saved views stand in the sidebar with their counts; one decision is made for many conversations over REST, and taken back):panel/dist/assets/refusals-mgvq_KYs.js
