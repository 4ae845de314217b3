# %% [markdown] tags=["no-outputs"]
# # Alıştırmalar
#
# *Sinir Tarzı Transfer* bölümü dört alıştırmayla biter. Burada ilk üçü var;
# her biri için, olduğu gibi çalışan bir başlangıç hazır. Değiştireceğiniz
# yerlerde `# sıra sizde` yazıyor. Bu not defterinde çıktı yoktur: Onları siz
# üreteceksiniz.
#
# Çalıştırmadan önce tahmin edin: Her hücre, tahmininizi yazacağınız bir
# satırla başlar. Sonra bakın. En çok, tahmininiz tutmadığında öğrenirsiniz.
# Çözümler [03_cozumler](03_cozumler.ipynb) not defterinde, önceden bilinmesi
# gerekenler ise [01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb) not
# defterindedir.
#
# In English: [../03_exercises.ipynb](../03_exercises.ipynb)
#
# İki çekirdekte bir görüntü yaklaşık çeyrek dakika sürer. Bakmaya değer bir
# şeyle karşılaşınca görüntüyü büyütün.

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 100  # adım sayısı; kitapta 500
lr_decay_epoch = 10  # oran kaç adımda bir azalsın; kitapta 50
preset = 'book'  # kitabınki; ya da 'quick', 'fine': L-BFGS ile, aralıkta
weights = None  # None: gerçek ağırlıkları bulur; 'student' indirme istemez

# %%
# %matplotlib inline
from dataclasses import replace

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons import answers, measures, reconstruction
from gluon_style.lessons.pulls import pulls_at
from gluon_style.lessons.wording import find_wording
from gluon_style.runs.recipes import settings_of

ALL_FIVE = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']

wording = find_wording('turkish')
settings = settings_of(
    preset,
    width=image_shape[0],
    height=image_shape[1],
    epochs=num_epochs,
    lr_decay_epoch=lr_decay_epoch,
    weights=weights,
)
net = gs.vgg19_features(weights)
used = net.weights_used
print(f'ağırlıklar: {wording(used.source)} {used.digest[:19]}'.rstrip())

# %% [markdown]
# `Settings`, bir koşunun bağlı olduğu her şeyi tutar; varsayılan değerler
# kitabınkilerdir. `run` ise iki görüntüden ve ayarlardan bir görüntü üretir.
# Katmanları ya da ağırlıkları farklı koşuların kayıpları birbiriyle
# karşılaştırılamaz: Her biri başka bir cetvelle ölçülmüştür. Bu yüzden
# `measures.yardstick` her görüntüyü aynı cetvelle ölçer:
#
# * **içerik** ve **stil**: görüntü nasıl üretilmiş olursa olsun, kitabın
#   katmanlarıyla ve ağırlıklarıyla kitabın iki kaybı;
# * **TV**: komşu pikseller arasındaki ortalama fark, 0 ile 1 arasında;
# * **ince yapı**: görüntünün gücünün, dört pikselden ince yapılardaki payı.
#   Gürültüde bu pay %80'dir.


# %%
def stylise(content_img, style_img, **changes):
    """Bazı ayarları değiştirip bir görüntü (h, w, 3) üret."""
    output = gs.run(content_img, style_img, replace(settings, **changes))
    return gs.postprocess(output).asnumpy()


def compare(content_img, style_img, pictures):
    """Görüntüleri adlarıyla göster, her birini aynı cetvelle ölç."""
    titles = []
    for name, picture in pictures.items():
        m = measures.yardstick(picture, content_img, style_img, net)
        titles.append(answers.measured_title(name, m, wording))
    return strip(list(pictures.values()), titles)


# %% alt="Yan yana üç görüntü, dört sayılarıyla: dağ gölü fotoğrafı, sonbaharda ağaçlı bir yol tablosu ve tablonun stilindeki göl."
content_img = gs.read_image(gs.find_image('sample:mountain-lake'))
style_img = gs.read_image(gs.find_image('sample:autumn-avenue'))
photo, painting = (
    gs.postprocess(gs.preprocess(img, image_shape)).asnumpy()
    for img in (content_img, style_img)
)
chapter = stylise(content_img, style_img)
compare(
    content_img,
    style_img,
    {'fotoğraf': photo, 'tablo': painting, 'sonuç': chapter},
)

# %% [markdown]
# ## 1. alıştırma: başka katmanlar
#
# *Farklı içerik ve stil katmanları seçtiğinizde çıktı nasıl değişir?*
#
# 1. İçeriği piksellere daha yakın bir katmandan okuyun. Görüntü fotoğraftan,
#    önceden korumadığı neyi koruyor? Ya tablodan?
# 2. Stili tek bir katmandan okuyun: önce `conv1_1`, sonra `conv5_1`. Renkleri
#    hangisi taşıyor? Fırça darbelerini hangisi?
# 3. Aşağıdaki iki katman satırına ne yazarsanız, kitabınkinden daha çok
#    beğendiğiniz bir görüntü çıkıyor?
#
# Katmanlar şunlardır: `conv1_1`, `conv1_2`, `conv2_1`, `conv2_2`, `conv3_1`
# ile `conv3_4` arası, `conv4_1` ile `conv4_4` arası ve `conv5_1`. Bir listede
# birden çok katman olabilir.

# %% alt="Yan yana iki görüntü, dört sayılarıyla: kitabın sonucu ve sizin başka katmanlarla yaptığınız."
my_guess = 'şunu korur: ...'  # sıra sizde
my_content_layers = ['conv2_2']  # sıra sizde; kitapta ['conv4_4']
my_style_layers = ALL_FIVE  # sıra sizde

mine = stylise(
    content_img,
    style_img,
    content_layers=my_content_layers,
    style_layers=my_style_layers,
)
compare(content_img, style_img, {'kitap': chapter, 'benimki': mine})

# %% [markdown]
# <details><summary>1. soru için ipucu</summary>
#
# Sığ bir katman her pikselin tonunu hâlâ bilir. İki görüntünün üzerindeki
# *içerik* ve *stil* sayılarını karşılaştırın: Hangisi kötüleşti, hangisi
# iyileşti? İstemeden yaptığınız ikinci bir değişikliğe de dikkat edin: Farklı
# katmanların kayıpları farklı büyüklüktedir; bu yüzden 1 ağırlığı her birinde
# başka bir anlama gelir.
#
# </details>
#
# <details><summary>2. soru için ipucu</summary>
#
# `my_style_layers = ['conv1_1']`. `conv1_1`'in bir değeri 3 x 3 piksele
# bağlıdır: Oraya hiçbir fırça darbesi sığmaz. Renkleri tablonunkiler değilse
# şunu sorun: İki çarpanın ikisi de işaret değiştirirse çarpım ne olur?
#
# </details>
#
# Bir katman bir görüntü hakkında aslında ne bilir? Yalnızca ona sorun:
# Gürültüden başlayın ve bu tek katmanda aynı öznitelikleri olan bir görüntü
# arayın. Başka hiçbir şey hesaba katılmaz, ne stil ne toplam varyasyon.
# Görüntü, ancak arama sonuna vardıysa katman hakkında bir şey söyler. Bu
# yüzden hücre, pikselleri aralıkta tutan L-BFGS ile arar; görüntünün üzerine
# kaybını ve gürültünün kaybından geriye ne kadar kaldığını yazar.
#
# 4. `conv1_2`'den `conv5_1`'e doğru ilerleyin. Hangi katmandan sonra görüntüye
#    artık fotoğraf demezdiniz? Sonra bir de 100 yerine 5 adımla bakın.
# 5. Aynısını stille yapın: `reconstruction.style_only(search, 'conv3_1')` ve
#    `style_img`. Ağaçlı yoldan geriye ne kalıyor?

# %% alt="Yan yana iki görüntü: hedef ve bir katmanın özniteliklerinden yeniden oluşturulan görüntü, kaybıyla birlikte."
my_guess = 'şu katmandan sonra: ...'  # sıra sizde
search = replace(settings, optimizer='l-bfgs', in_range=True)
my_question = reconstruction.content_only(search, 'conv3_4')  # sıra sizde
my_image = content_img  # sıra sizde

found = reconstruction.reconstruct(my_image, my_question)
target = photo if my_image is content_img else painting
answers.reconstruction_strip(target, {'yeniden oluşturulan': found}, wording)

# %% [markdown]
# ## 2. alıştırma: başka ağırlıklar
#
# *Kayıp işlevindeki ağırlık hiperparametrelerini ayarlayın. Çıktıda daha fazla
# içerik mi yoksa daha az gürültü mü var?*
#
# 1. Fotoğrafı kitabınkinden daha çok koruyan ağırlıklar bulun. Karşılığında ne
#    ödüyorsunuz?
# 2. Daha az gürültü veren ağırlıklar bulun. Şimdi ne ödüyorsunuz? Çok büyük
#    bir `tv_weight` deneyin: Gürültü ne kadar azsa o kadar mı iyi?
# 3. İkisi bir görüntüde olabilir mi: hem daha çok içerik hem daha az gürültü?
# 4. Üç ağırlığı birden 10 ile çarpın. Ne oluyor, neden?

# %% alt="Yan yana iki görüntü, dört sayılarıyla: kitabın sonucu ve sizin başka ağırlıklarla yaptığınız."
my_guess = 'şöyle olur: ...'  # sıra sizde

mine = stylise(
    content_img,
    style_img,
    content_weight=1,  # sıra sizde
    style_weight=1e3,  # sıra sizde
    tv_weight=50,  # sıra sizde; kitapta 10
)
compare(content_img, style_img, {'kitap': chapter, 'benimki': mine})

# %% [markdown]
# <details><summary>1, 2 ve 3. sorular için ipucu</summary>
#
# Her seferinde tek bir ağırlığı değiştirin, hem de 5 ya da 10 kat: Onda birlik
# bir değişiklik hiçbir şey göstermez. Bir şeyin çoğalması, bir başkasına daha
# az verilmesinden de gelebilir.
#
# </details>
#
# <details><summary>4. soru için ipucu</summary>
#
# Kaybı bir sayıyla çarparsanız gradyanı da o sayıyla çarpılır. Adam ise
# gradyanı kendi büyüklüğüne böler.
#
# </details>
#
# Kaybın bir teriminin ne kadar söz hakkı olduğu, ağırlığında yazmaz. Bunu,
# pikselleri ne kadar güçlü çektiği, yani gradyanının uzunluğu söyler. Aşağıda,
# koşunun başladığı yer olan fotoğrafın kendisi için her terimin payı var.
#
# 5. En güçlü çeken katman hangisi? `photo` yerine `chapter` ya da `mine`
#    yazın: Orada kim çekiyor?
# 6. Fotoğrafta içerik kaybının payı yok. Neden? Orada ağırlığını artırmak işe
#    yarar mı?

# %%
my_guess = 'stil conv3_1'  # sıra sizde
my_picture = photo  # sıra sizde
my_weights = {'content_weight': 1, 'style_weight': 1e3}  # sıra sizde

weighted = replace(settings, **my_weights)
shares = pulls_at(my_picture, content_img, style_img, weighted, net)
rows = {wording(name): [wording.percent(i)] for name, i in shares.items()}
print(answers.table(rows, ['pay']))
hardest = wording(max(shares, key=shares.get))
print(f'en güçlü çeken: {hardest}; tahmininiz: {my_guess}')

# %% [markdown]
# ## 3. alıştırma: başka görüntüler
#
# *Farklı içerik ve stil görüntüleri kullanın. Sentezlenmiş daha ilginç
# görüntüler oluşturabilir misiniz?*
#
# 1. Kendi görüntülerinizi alın. Ad, `'fotografim.jpg'` gibi bir dosya yolu
#    olabilir; kitabın çifti `'book:rainier'` ve `'book:autumn-oak'` adlarıyla
#    bir kez indirilir.
# 2. Hangi tablolar stilini kolayca ele veriyor? Birkaç tablo için önceki ve
#    sonraki *stil* sayılarını karşılaştırın.
# 3. Fotoğraf da stil olabilir, tablo da içerik. Tablo, fotoğrafın stiliyle
#    neye dönüşüyor?
#
# Sonucun en boy oranı, içerik görüntüsününkiyle aynıdır.

# %% alt="Yan yana iki görüntü, dört sayılarıyla: içerik görüntüsünün koşudan önceki ve sonraki hâli."
my_guess = 'şuna benzer: ...'  # sıra sizde
my_content = 'sample:autumn-avenue'  # sıra sizde
my_style = 'sample:mountain-lake'  # sıra sizde

my_content_img = gs.read_image(gs.find_image(my_content))
my_style_img = gs.read_image(gs.find_image(my_style))
shape = gs.fitted_shape(replace(settings, height=None), my_content_img.shape)
before = gs.postprocess(gs.preprocess(my_content_img, shape)).asnumpy()
mine = stylise(my_content_img, my_style_img, width=shape[0], height=shape[1])
compare(my_content_img, my_style_img, {'önce': before, 'sonra': mine})

# %% [markdown]
# <details><summary>2. soru için ipucu</summary>
#
# Fırça darbelerinin piksel cinsinden boyunu, kendi görüntünüzün boyutuyla
# karşılaştırın. Bir de şunu sorun: Gram matrisi neyin nerede olduğunu
# unuttuğuna göre, tablonun her köşesinin öteki köşelerine benzemesi işe yarar
# mı? Sınayın: `gluon_style.lessons` içindeki `style_images`, bir tabloyu
# karelere kesip karıştırır.
#
# </details>
#
# ## 4. alıştırma: başka veriler
#
# *Metin için stil aktarımı uygulayabilir miyiz?* Bu, başka bir ağ ve başka bir
# kayıp demektir; bu yüzden kendi dersi var: 04 numaralı not defteri.
