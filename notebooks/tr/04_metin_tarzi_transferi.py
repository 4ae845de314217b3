# %% [markdown]
# # Metin için stil aktarımı?
#
# Bölümün son alıştırması, stil aktarımının metne uygulanıp uygulanamayacağını
# sorar ve bir derlemeye yönlendirir: Hu, Lee, Aggarwal ve Zhang, *Text Style
# Transfer: A Review and Experimental Evaluation* (2020). Bu not defteri bunu,
# bir dizüstü bilgisayarın bir iki dakikada eğiteceği ölçekte deniyor.
#
# Görüntüde işi kolaylaştıran ne varsa burada eksik. Görüntü, azar azar
# değiştirilebilen sayılardan oluşur: Kaybın gradyanı piksellere kadar iner,
# Adam da pikselleri günceller. Cümle ise sözcüklerden oluşur; *selam*
# sözcüğünü, ona 0,01 ekleyerek biraz daha resmî yapamazsınız. Üstelik Gram
# matrislerinin yalnızca stili gördüğüne güvenebileceğimiz hazır bir ağ da yok.
#
# Bu yüzden başka bir yol tutuyoruz: Cümleyi düzenleyeceğiz. Li, Jia, He ve
# Liang bu yöntemi 2018'de *Sil, Getir, Üret* (*Delete, Retrieve, Generate*)
# adıyla anlattı:
#
# 1. bir stili ele veren sözcükleri sayarak **bulmak**;
# 2. onları **silmek**; geriye kalan içeriktir;
# 3. öteki stilden, içeriği benzeyen bir cümle **getirmek** ve onun
#    göstergelerini ödünç almak; ya da
# 4. **üretmek**: içerikten ve stilden yola çıkarak cümleyi bir ağa yazdırmak.
#
# Derleme bu yöntemi *stil sözcüklerini doğrudan değiştirme* (*explicit style
# keyword replacement*) başlığında ele alır. Başka bir derleme (Jin, Jin, Hu,
# Vechtomova ve Mihalcea, 2022) böyle yöntemlere *prototip düzenleme*
# (*prototype editing*) der. Taslak olarak alınıp düzenlenen cümleye *prototip*
# diyenler ise Guu, Hashimoto, Oren ve Liang'dır (2018).
#
# Sonra derlemedeki gibi ölçeceğiz: Öteki stilde mi, içeriği aynı mı, düzgün
# bir cümle mi?
#
# In English: [../04_text_style.ipynb](../04_text_style.ipynb)

# %% tags=["parameters"]
num_sentences = 2000  # eğitim için; yargıçlara da bu kadar
num_epochs = 12  # her ağ cümleleri kaç kez görsün
tokens = 'pieces'  # ya da 'words': bir birim neye karşılık gelsin

# %% [markdown]
# Ağlar o kadar küçük ki ikinci bir iş parçacığı birincinin ayağına dolanır. İş
# parçacığı sayısı, MXNet yüklenmeden önce belirlenmelidir.

# %%
import os

os.environ['OMP_NUM_THREADS'] = '1'

# %matplotlib inline
import random

import numpy

from gluon_style.lessons.source import shown
from gluon_style.lessons.text_style import (
    AND,
    Judges,
    Rewriter,
    StyleClassifier,
    Vocabulary,
    bleu,
    choose_threshold,
    choose_worst,
    classify,
    content_f1,
    count_deleted,
    count_markers,
    delete,
    draw_scores,
    draw_thresholds,
    fill_template,
    find_grammar,
    find_markers,
    fit_classifier,
    fit_language_model,
    fit_rewriter,
    fixed,
    kinds_table,
    lay_out,
    make_corpora,
    make_pairs,
    measure_answers,
    perplexity,
    retrieve,
    rewrite,
    salience,
    share_new,
    share_right,
    show_words,
    sort_by_kind,
    summarise,
    table,
    with_markers,
)

decimal = ','  # tablolarda ondalık virgülü

# %% [markdown]
# ## Her şeyini bildiğimiz cümleler
#
# Gerçek hayattan alınmış bir cümlede neyin içerik, neyin stil olduğunu kimse
# kesin olarak söyleyemez. Bu yüzden cümlelerimizi küçük bir dil bilgisiyle
# kendimiz kuruyoruz: resmî ya da samimi ofis iletileri. *İçerik*, bir kalıp
# (rica, durum, plan ...) ile onun sözcükleridir: kim, ne, nerede, ne zaman.
# Aynı içerik her iki stilde de yazılabilir. Böylece gerçek derlemlerde
# bulunmayan bir şeyimiz olur: her cümlenin doğru yanıtı.

# %%
grammar = find_grammar('turkish')
rng = random.Random(1)
everything = {slot: sorted(words) for slot, words in grammar.slots.items()}
for _ in range(5):
    content = grammar.say(rng, everything)
    print('*', content.frame, '/', ', '.join(sorted(content.words)))
    for style in grammar.styles:
        print(' ', show_words(grammar.write(content, style, rng).tokens))

# %% [markdown]
# Stiller selamlamalarla, sözcüklerle (*edin-*, *kap-*), bütün bütün kalıplarla
# (*... bilginize sunarız*) ve çoğu kez aynı cümlede bunların birkaçıyla
# ayrılır. Ama Türkçede asıl iş eklerdedir: *gönderebilir misiniz* ile
# *göndersene* aynı köktendir, hitabı sondaki ekler taşır. Gerçek hayatta işi
# zorlaştıran ne varsa bunlara da kattık:
#
# * **Yazanlar tutarlı değildir.** Her seçimde 100 kezin 85'inde kendi
#   stillerine uyar, 3'ünde ötekine kayar, kalanında yansız bir biçim
#   kullanırlar. 100 cümlenin sekizi baştan sona yansızdır, ama yine de resmî
#   ya da samimi sayılır.
# * **Göstergeler çok anlamlıdır.** *-sa* eki tek başına bir şey söylemez:
#   *gönderebilirseniz* resmî, *göndersen* samimidir. *Çok* her iki stilde de
#   geçer; *teşekkürler* sözünün hangi stilden olduğunu ancak ardındaki nokta
#   ya da ünlem söyler.
# * **İçerik de bir stile eğilimlidir.** Eğitim derleminde sözleşme çoğunlukla
#   resmî, pizza çoğunlukla samimi cümlelerde geçer; oysa ikisi de stil
#   değildir.
# * **Test cümlelerinde yeni sözcükler vardır.** *Dürbün* gibi beş içerik
#   sözcüğü eğitim derleminde hiç yoktur.
#
# `make_corpora`, hiçbir içeriği ortak olmayan üç derlem yazar: aktarım için
# `train`, onu ölçecek ağlar için `judge`, bir de `test`. Yargıçlar,
# yargılayacakları yöntemlerle aynı cümlelerden öğrenseydi taraf tutardı.
# `judge` ve `test` derlemlerinde bütün sözcükler geçer, hem de iki stilde eşit
# sıklıkla. Burada `tokens = 'pieces'`: Bir birim, sözcük değil, sözcüğün
# parçasıdır (kök ya da ek). Nedenini birazdan göreceğiz.

# %%
corpora = make_corpora(grammar, num_sentences, tokens)
train, test = corpora.train, corpora.test
print('train', len(train), ' judge', len(corpora.judge), ' test', len(test))
known = {token for sentence in train for token in sentence.tokens}
print('train içindeki farklı birimler:', len(known))
print('en uzun cümle:', max(len(sentence.tokens) for sentence in train))
new = {token for sentence in test for token in sentence.tokens} - known
print('train içinde olmayan test birimleri:', ', '.join(sorted(new)))

# %% [markdown]
# ## Göstergeleri bulmak
#
# Bir stili ne ele verir? Stillerden birinde ötekinden çok daha sık geçen bir
# $u$ $n$-gramı, yani art arda gelen bir, iki ya da üç birim. Bunun $s$ stili
# için **belirginliği** (*salience*)
#
# $$\text{belirginlik}(u, s) = \frac{\text{sayı}(u, \mathcal{D}_s) + 1}
# {\text{sayı}(u, \mathcal{D}_{s'}) + 1}$$
#
# olsun; $\mathcal{D}_s$ o stilin, $\mathcal{D}_{s'}$ öteki stilin
# cümleleridir. **Elle hesap:** Burada 29 kez geçip orada hiç geçmeyen
# $30 / 1 = 30$ alır; burada 29, orada 9 kez geçen $30 / 10 = 3$. Burada bir
# kez geçip orada hiç geçmeyen yalnızca 2 alır, çünkü ikisine de 1 ekliyoruz.
#
# Stil kaybının yerini tutan şey bundan ibarettir: nelerin geçtiğini saymak.
# Gram matrisi gibi bu da nerede geçtiğini unutur.

# %%
shown(salience)

# %%
counts = {'sık': 29}
print(salience('sık', counts, {}), salience('sık', counts, {'sık': 9}))

# %% [markdown]
# ### Bir gösterge ne kadar belirgin olmalı?
#
# **Soru.** *Resmî* ve *samimi* etiketlerini cümlelere rastgele dağıtalım.
# Artık hiçbir sözcük bir stili ele vermiyor. Belirginliği yine de 3 ya da
# daha yüksek çıkan kaç $n$-gram olur?
#
# *Tahmininiz:* hiç, birkaç, yüzlerce?

# %%
thresholds = [2, 3, 4, 6, 8, 12, 16, 24, 32]
counts = count_markers(train, grammar.styles, thresholds)
rows = [
    [f'{count.threshold:g}', str(count.markers), str(count.by_chance)]
    for count in counts
]
print(lay_out([['eşik', 'gösterge', 'rastlantı'], *rows]))

# %% [markdown]
# Yüzlerce: Binlerce seyrek $n$-gram var, bazıları sırf rastlantıyla tek yana
# düşüyor. Bu, eşiği nasıl seçeceğimizi gösterir: **rastlantının, yirmi
# göstergeden en çok birine yol açtığı en düşük eşik.** Bu kural için cümleler
# ve stilleri yeter; demek ki gerçek cümlelerde de işe yarar.

# %%
threshold = choose_threshold(counts)
print(f'eşik: {threshold:g}')

# %% alt="Belirginlik eşiğine göre gösterge sayısı, iki eksen de logaritmik. Eşik 2 iken karıştırılmış etiketler gerçek etiketlerden çok gösterge verir, 8'de birkaç tane, 12'den sonra en çok bir tane; gerçek etiketlerde 32'de bile otuz kadar gösterge vardır. Noktalı çizgi seçilen eşiği, 8'i gösterir."
draw_thresholds(
    thresholds,
    {
        'gerçek etiketler': [count.markers for count in counts],
        'karıştırılmış etiketler': [count.by_chance for count in counts],
    },
    threshold,
    'belirginlik eşiği',
    'gösterge sayısı',
    yscale='symlog',
)

# %%
markers = find_markers(train, grammar.styles, threshold)
for style in grammar.styles:
    ranked = sorted(markers[style].items(), key=lambda item: -item[1])
    print(f'{style}: {len(ranked)} gösterge')
    for ngram, score in ranked[:8]:
        print(f'{score:7.0f}  {show_words(ngram)}')

# %% [markdown]
# ## Silmek

# %%
shown(delete)

# %%
stripped_train = [delete(s.tokens, markers[s.style]) for s in train]
stripped = [delete(s.tokens, markers[s.style]) for s in test]
for sentence, strip in list(zip(test, stripped))[:6]:
    print(f'{sentence.style:9}', show_words(sentence.tokens))
    print(f'{"":9}', show_words(strip.content), end='\n\n')

# %% [markdown]
# **Soru.** Silinen yalnızca stil mi? Cümleleri biz kurduğumuz için buna
# bakabiliriz: Hangi birimlerin içerik taşıdığını biliyoruz. (Gerçek cümlelerde
# bilemezdik; eşiği bu yüzden burada seçmedik.) Öteki birimlerin çoğunu silip
# içerik sözcüklerine dokunmayan bir eşik var mı?
#
# *Tahmininiz:*

# %% alt="Belirginlik eşiğine göre silinen birimlerin yüzdesi, içerik sözcükleri ve öteki birimler için. İki eğri de eşik 2'de yüzde 60 dolayından başlayıp düşer. Seçilen 8'de içerik sözcüklerinin yüzde 14'ü, ötekilerin yüzde 40'ı silinir; 32'de yüzde 2'si ve 13'ü."
deleted = [
    count_deleted(corpora, find_markers(train, grammar.styles, value))
    for value in thresholds
]
draw_thresholds(
    thresholds,
    {
        'içerik sözcükleri': [share.content for share in deleted],
        'öteki birimler': [share.others for share in deleted],
    },
    threshold,
    'belirginlik eşiği',
    'silinen, %',
)

# %% [markdown]
# Yok. Stilin gittiği yerde içerik de gider: bir stile eğilimli şeylerin adları
# ve *edin-* gibi hem içerik hem stil olan sözcükler. Rastlantıyla karşılaştırma
# bizi bunlara karşı uyaramaz, çünkü ikisi de bir stilde gerçekten daha sıktır.
# Doğru yanıtları bilerek seçseydik biraz daha yükseğe, 12'ye ya da 16'ya
# çıkardık; gerçek hayatta yapacağımız gibi kurala bağlı kalıyoruz.

# %% [markdown]
# ### Birim nedir?
#
# Türkçe **eklemeli** bir dildir: *gönderebilirseniz* tek bir sözcüktür; hem
# neyin yapılacağını hem de kime seslenildiğini söyler. `tokens = 'pieces'`
# sözcükleri dil bilgisinin ek getirdiği yerlerden ayırır (*gönder +ebilir +se
# +niz*): Ek silinebilir, kök kalır.
#
# Göstergelerin arasındaki parçalara bakın: Hitap ekleri (*+sene*, *+niz*)
# ancak parçalar birim olunca bulunuyor. Sözcüklerin tek tek çekimleri, belirgin
# sayılamayacak kadar seyrektir; hitap fiilin içinde kalır. Üstelik farklı
# birimlerin sayısı iki katına çıkar.

# %%
rows = []
for kind in ('words', 'pieces'):
    other = make_corpora(grammar, num_sentences, kind)
    marks = find_markers(other.train, grammar.styles, threshold)
    share = count_deleted(other, marks)
    number = len({token for s in other.train for token in s.tokens})
    fresh = fixed(share_new(other), 1, decimal)
    row = [kind, str(number), fresh, *(fixed(value) for value in share)]
    rows.append(row)
    grams = [ngram for style in grammar.styles for ngram in marks[style]]
    glued = {part for ngram in grams for part in ngram if part[0] == '+'}
    print(f'{kind}, göstergelerdeki ekler:', ' '.join(sorted(glued)) or 'yok')
heads = ['', 'farklı', 'yeni, %', 'içerik, %', 'öteki, %']
print(lay_out([heads, *rows]))

# %% [markdown]
# (*farklı*: `train` derleminde kaç farklı birim var; *yeni*: `test`
# birimlerinin yüzde kaçı onların arasında yok; *içerik*, *öteki*: içerik
# sözcüklerinin ve öteki birimlerin yüzde kaçı siliniyor.)
#
# ## Yargıçlar
#
# Bir şey yazmadan önce ölçülere ihtiyacımız var. Derlemede üç ölçü var.
#
# **Stil**: yanıtların, sınıflandırıcının istenen stilde bulduğu kısmı. Bizim
# sınıflandırıcımız her seferinde üç birime bakan bir evrişimdir ve her
# filtrenin yalnızca en güçlü tepkisini sayar: Gösterge cümlenin neresinde
# olursa olsun, bir tane yeter.

# %%
shown(StyleClassifier.forward)

# %% [markdown]
# **İçerik**: Derlemedeki öz-BLEU, yanıtın $n$-gramlarını girdi
# cümlesininkilerle karşılaştırır. Tuhaf bir yanı var: *Girdiyi olduğu gibi
# kopyalamak* 100 alır. İçerik sözcüklerini bildiğimiz için biz onların F1
# ölçüsünü de alıyoruz; *al-* ile *edin-* aynı sözcük sayılır. Ortalamada bunu
# kullanacağız.
#
# **Elle hesap.** Söylenecek olan: *gönder*, *rapor*, *ayşe*, *cuma*. Söylenen:
# *gönder*, *rapor*, *ömer*. İkisi ortak, demek ki F1 $2 \cdot 2 / (4 + 3) =
# 0{,}57$.

# %%
shown(content_f1, bleu)

# %% [markdown]
# **Akıcılık**: bir dil modelinin **şaşkınlığı** (*perplexity*). Modelimiz, her
# birimi kendinden öncekilere bakarak kestiren bir GRU. Şaşkınlık, modelin
# gerçekten gelen birimlere verdiği olasılıkların geometrik ortalamasının
# tersidir. **Elle hesap:** $\frac12$ ile $\frac18$ için ortalama
# $\sqrt{\frac12 \cdot \frac18} = \frac14$, şaşkınlık 4 olur: Model sanki eşit
# olasılıklı dört birim arasında kararsız kalmıştır. Küçük olması iyidir.
#
# Önce yargıçların kendilerini, test cümlelerinin ilk hâli üzerinde ölçelim.
# Sınıflandırıcı kusursuz olamaz: Yansız bir cümlenin stili, yalnızca biz öyle
# dediğimiz için öyledir.

# %%
judge_words = Vocabulary(sentence.tokens for sentence in corpora.judge)
judges = Judges(
    fit_classifier(corpora.judge, judge_words, grammar.styles, num_epochs),
    fit_language_model(corpora.judge, judge_words, num_epochs),
    judge_words,
    grammar.styles,
)
written = [sentence.tokens for sentence in test]
seen = numpy.array(classify(judges, written))
right = seen == numpy.array([sentence.style for sentence in test])
plain = numpy.array([sentence.plain for sentence in test])
print(f'sınıflandırıcı: %{fixed(100 * right.mean())} doğru')
print(f'yansız cümleler olmadan: %{fixed(100 * right[~plain].mean())}')
print('şaşkınlık:', fixed(perplexity(judges, written), 1, decimal))

# %% [markdown]
# **Soru.** Hiçbir şey bilmeyen bir model, söz dağarcığındaki her birime aynı
# olasılığı verir: Şaşkınlığı, söz dağarcığının büyüklüğü kadardır. Eğitilmiş
# bir model bundan kötü olabilir mi? Test cümlelerini modele tersten
# okutuyoruz.
#
# *Tahmininiz:* söz dağarcığının büyüklüğünden az mı, çok mu?

# %%
backwards = [text[::-1] for text in written]
print('söz dağarcığının büyüklüğü:', len(judge_words))
print('tersten okununca şaşkınlık:', fixed(perplexity(judges, backwards)))

# %% [markdown]
# Kat kat çok. Modelimiz burada kararsız değil; **emin, ama yanılıyor**. Birkaç
# birim bekliyor, ötekilere neredeyse hiç olasılık vermiyor; çarpanların çoğu
# 0'a yakınsa geometrik ortalama da 0'a yakındır. Demek ki "kaç birim arasında
# kararsız kalıyor" sözü yalnızca öğrendiklerine benzeyen metinlere uyar.
# Başka metinlerde şaşkınlığın üst sınırı yoktur; yalnızca büyüklük mertebesi
# bir şey söyler.

# %% [markdown]
# ## Getirmek ve bir şablonu doldurmak
#
# `retrieve`, göstergeleri silinmiş her test cümlesi için *öteki* stilin
# eğitim cümleleri arasından içeriği en yakın olanı bulur. Yakınlık, iki birim
# torbasının kosinüsüdür; seyrek birimler daha ağır basar. Bu kadarı bile iki
# yöntem verir:
#
# * **getir**, bulunan cümlenin kendisini yanıt sayar;
# * **şablon**, onun yalnızca göstergelerini alır ve bizim içeriğimizde, o
#   cümlede durdukları yerlere koyar.

# %%
wanted = [grammar.opposite(sentence.style) for sentence in test]
contents = [strip.content for strip in stripped]
matches = retrieve(train, stripped_train, contents, wanted)
retrieved = [match.sentence.tokens for match in matches]
filled = [fill_template(s, m.stripped) for s, m in zip(stripped, matches)]
for texts in list(zip(written, contents, retrieved, filled))[:3]:
    for name, text in zip(['cümle', 'içerik', 'getir', 'şablon'], texts):
        print(f'{name:9}', show_words(text))
    print()

# %% [markdown]
# ## Üretmek
#
# Elimizde, kendisinden öğrenilecek cümle çiftleri yok: Kimse aynı iletiyi iki
# kez yazmadı. İşin püf noktası, ağa *silmeyi geri aldırmaktır*. `train`
# derlemindeki bir cümlenin içeriği ve stili elimizde; çıkması gereken,
# cümlenin kendisi. Sonra ağa bir içeriği öteki stille birlikte veririz.
#
# `Rewriter`, GRU'lu bir kodlayıcı-kod çözücüdür. Stilin adı, kod çözücünün ilk
# birimidir. Dikkat düzeneği, sıradaki birim için içeriğin neresinin önemli
# olduğunu bulur; bir kapı da birimin oradan mı kopyalanacağına, yoksa söz
# dağarcığından mı seçileceğine karar verir.

# %%
shown(Rewriter.forward)

# %%
shown(make_pairs)

# %% [markdown]
# Onu iki kez eğitiyoruz. **üret** yalnızca içeriği alır, göstergeleri kendi
# bulmalıdır. **getir + üret** göstergeleri de alır: eğitimde silinmiş
# olanları, sonra getirilen cümleninkileri.

# %%
names = [f'<{style}>' for style in grammar.styles]
words = Vocabulary([s.tokens for s in train], special=[*names, AND])
borrowing = [with_markers(c, m.stripped) for c, m in zip(contents, matches)]
generated = []
for sources, with_them in [(contents, False), (borrowing, True)]:
    losses = []
    rewriter = fit_rewriter(
        make_pairs(train, stripped_train, with_them),
        words,
        num_epochs,
        report=lambda epoch, loss, kept=losses: kept.append(loss),
    )
    first, last = (fixed(losses[i], 2, decimal) for i in (0, -1))
    print(f'kayıp: ilk dönemde {first}, son dönemde {last}')
    generated.append(rewrite(rewriter, words, sources, wanted))

# %% [markdown]
# ## Tablo
#
# Tabloya üç satır daha gerek: **kopya** cümleyi olduğu gibi verir; **sil**,
# silmeden geriye kalandır; **dil bilgisi** ise doğru yanıttır, istenen stilde
# dil bilgisinin yazdığı cümledir. Bu satır, her şey yolundayken ölçülerin ne
# dediğini gösterir.
#
# Son sütun; stil, içerik ve akıcılığın geometrik ortalamasıdır, üçü de 0 ile
# 100 arasındadır. Akıcılık için test cümlelerinin şaşkınlığını yanıtlarınkine
# böleriz, en çok 100 sayarız. Üçünden biri 0'a yakınsa geometrik ortalama da
# 0'a yakındır.
#
# **Soru.** Dört yöntemimizden hangisinin ortalaması en iyi olacak? Peki en çok
# kusursuz yanıtı hangisi verecek?
#
# *Tahmininiz:*

# %%
answers = {
    'kopya': written,
    'sil': contents,
    'getir': retrieved,
    'şablon': filled,
    'üret': generated[0],
    'getir + üret': generated[1],
    'dil bilgisi': [sentence.tokens for sentence in corpora.answers],
}
verdicts = {
    name: measure_answers(judges, texts, test, wanted, corpora.lemmas)
    for name, texts in answers.items()
}
scores = {
    name: summarise(judges, verdicts[name], texts, test)
    for name, texts in answers.items()
}
heads = ['', 'stil', 'öz-BLEU', 'içerik', 'şaşkınlık', 'ortalama']
print(table(scores, heads, decimal))

# %% alt="Tablonun yedi satırı için üç çubuk grafik: yüzde olarak stil ve içerik, logaritmik eksende şaşkınlık. Üçünde de iyi olan yalnızca dil bilgisidir; getir içeriği koruyamaz, şablon ile silin şaşkınlığı yüksektir, kopyanın stili yanlıştır."
draw_scores(scores, ['stil, %', 'içerik, %', 'şaşkınlık'], decimal)

# %% [markdown]
# Sütunların her biri, ortada tek bir iyi yanıt yokken de iyi çıkabilir. Bu
# yüzden üç ölçüden birden geçen yanıtları da sayıyoruz: Stil tutuyor, içerik ne
# eksik ne fazla, şaşkınlık da 100 test cümlesinden 95'ininkinden yüksek değil.

# %%
limit = numpy.percentile([v.perplexity for v in verdicts['kopya']], 95)
for name, judged in verdicts.items():
    print(f'{name:20} %{fixed(share_right(judged, limit))}')

# %% [markdown]
# TABLEPROSE
#
# ## Nerede başarısız?
#
# Hangi girdiler zor? Test cümlelerini, haklarında bildiklerimize göre
# ayırıyoruz: silinecek bir şeyi olmayan yansız cümleler, eğitim derleminde
# bulunmayan bir sözcük içerenler, bir stile eğilimli bir sözcük içerenler ve
# kalanlar. Her hücrede yüzde olarak önce stil, sonra içerik var.

# %%
labels = ['hepsi', 'yansız', 'yeni sözcük', 'eğilimli sözcük', 'hiçbiri']
kinds = dict(zip(labels, sort_by_kind(test, grammar).values()))
methods = ['getir', 'şablon', 'üret', 'getir + üret']
print(kinds_table({name: verdicts[name] for name in methods}, kinds))

# %% [markdown]
# Peki başarısızlıklar nasıl görünüyor? Gülünç olanları seçmek kolay olurdu;
# biz seçimi ölçülere bırakıyoruz. Her yöntem için: içeriği en az kalan yanıt,
# şaşkınlığı en yüksek yanıt ve stili tutturamayanlar arasında içeriği en çok
# koruyan yanıt. Eşitlik varsa ilki.

# %%
rules = ['içeriği en az', 'en az akıcı', 'stili tutmayan']
for name in methods:
    print('---', name)
    for rule, i in zip(rules, choose_worst(verdicts[name]).values()):
        verdict = verdicts[name][i]
        rate = fixed(verdict.perplexity, 1, decimal)
        print(f'{rule} (içerik {fixed(100 * verdict.content)}', end=', ')
        print(f'şaşkınlık {rate})')
        print(f'    {test[i].style}:', show_words(written[i]))
        print(f'    {wanted[i]}:', show_words(answers[name][i]))

# %% [markdown]
# FAILPROSE
