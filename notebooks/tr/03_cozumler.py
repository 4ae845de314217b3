# %% [markdown]
# # Alıştırmalar: çözümler
#
# *Sinir Tarzı Transfer* bölümünün alıştırmalarına yanıtlar; her biri,
# dayandığı görüntüler ve sayılarla birlikte. Önce kendiniz yapın:
# [03_alistirmalar](03_alistirmalar.ipynb).
#
# In English: [../03_solutions.ipynb](../03_solutions.ipynb)
#
# Burada hepsi küçük, elli kadar görüntü üretilir. İki çekirdeğe bunun için
# yaklaşık on dakika yeter. Sayılar bu görüntülerin, bu boyutun ve bu kadar
# adımın sayılarıdır; sizinkilerle ortak yanlarını bulmak size kalıyor.
#
# Yanıtın şaşırtabileceği yerlerde hücre bir tahminle başlar. Çalıştırmadan
# önce oraya kendi tahmininizi yazın.

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 80  # adım sayısı; kitapta 500
lr_decay_epoch = 8  # oran kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçek ağırlıkları bulur; 'student' indirme istemez

# %%
# %matplotlib inline
# %config InlineBackend.print_figure_kwargs = {'pil_kwargs': {'quality': 50}}
from dataclasses import replace

import numpy
from IPython import display
from PIL import Image

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons import answers, style_images
from gluon_style.lessons.measures import yardstick
from gluon_style.lessons.pulls import watch_pulls
from gluon_style.lessons.reconstruction import (
    content_only,
    reconstruct,
    style_only,
)
from gluon_style.lessons.wording import find_wording
from gluon_style.sweeps import contact_sheet, sweep

PHOTO, PAINTING = 'sample:mountain-lake', 'sample:autumn-avenue'
ALL_FIVE = ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1']

wording = find_wording('turkish')
settings = gs.Settings(
    width=image_shape[0],
    height=image_shape[1],
    epochs=num_epochs,
    lr_decay_epoch=lr_decay_epoch,
    weights=weights,
)
device = gs.try_gpu()
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
print(wording(f'VGG-19 {used.source}') + f': {used.digest[:19]}')

# %% [markdown]
# ## Tek bir cetvel
#
# Katmanları ya da ağırlıkları farklı koşular kayıplarıyla karşılaştırılamaz:
# Her biri kendi cetveliyle ölçülmüştür. Bu yüzden aşağıdaki her görüntü, nasıl
# üretilmiş olursa olsun, aynı dört sayıyla ölçülür.
#
# * **içerik** ve **stil**: kitabın katmanlarıyla ve ağırlıklarıyla kitabın iki
#   kaybı. Küçükse görüntü fotoğrafa ya da tabloya yakındır.
# * **TV**: görüntünün gözle görülen hâlinin toplam varyasyonu, kitaptaki gibi:
#   komşular arasındaki ortalama fark. Düz bir görüntüde 0, siyah beyaz bir
#   dama tahtasında 1'dir.
# * **ince yapı**: görüntünün gücünün yüksek frekanslardaki payı. Görüntüyü
#   griye çevirin, ortalamasını çıkarın, kalanı dalgaların (kosinüslerin)
#   toplamı olarak yazın. Piksellerin bir kenar boyunca gösterebileceği en
#   yüksek frekansın yarısından yukarısı yüksek sayılır: dört pikselden ince
#   yapılar.
#
# TV de *ince yapı* da gürültüyü ölçer, ama ikisi aynı ölçü değildir. TV,
# görüntünün kontrastıyla büyür; *ince yapı* büyümez, kontrastın frekanslara
# nasıl dağıldığını gösterir.
#
# *Tahmin:* İki görüntümüzden hangisinde daha çok ince yapı var? Saf gürültüde
# ne kadar var?

# %%
my_guess = 'fotoğraf'  # sıra sizde: 'fotoğraf' mı, 'tablo' mu?

content_img = gs.read_image(gs.find_image(PHOTO))
style_img = gs.read_image(gs.find_image(PAINTING))


def small(img, shape=image_shape):
    """Görüntüyü istenen boyutta, (h, w, 3), [0, 1] aralığında döndür."""
    return gs.postprocess(gs.preprocess(img, shape)).asnumpy()


def measure(picture):
    """Bir görüntü için cetvelin söylediklerini döndür."""
    return yardstick(picture, content_img, style_img, net)


photo, painting = small(content_img), small(style_img)
noise = numpy.random.RandomState(0).rand(*photo.shape)
three = {'photo': photo, 'painting': painting, 'noise': noise}
ends = {name: measure(picture) for name, picture in three.items()}
finer = max(('photo', 'painting'), key=lambda name: ends[name]['fine'])
print(answers.measured_table(ends, wording))
print(f'daha ince: {wording(finer)}; tahmininiz: {my_guess}')

# %% [markdown]
# Gürültüde %80 çıkıyor, çıkması gerektiği gibi: Gürültünün gücü, frekansların
# oluşturduğu kareye eşit dağılır; alçak frekanslar, yarıçapı kenarın yarısı
# olan bir çeyrek dairedir ve bu karenin $\pi / 16 \approx 0{,}2$ kadarını
# kaplar. Tabloda, fırça darbeleri yüzünden, fotoğraftakinden daha çok ince
# yapı var. Demek ki ince yapı tek başına kusur değildir: Bu stildeki bir
# görüntüde aşağı yukarı tablodaki kadar bulunmalıdır.
#
# ## 1. alıştırma: başka katmanlar
#
# *Farklı içerik ve stil katmanları seçtiğinizde çıktı nasıl değişir?*
#
# ### Bir katman ne bilir (4. soru)
#
# Karıştırmadan önce her katmana ayrı ayrı soralım. Gürültüden başlıyoruz ve
# tek bir katmandaki öznitelikleri fotoğrafınkiler olan bir görüntü arıyoruz:
# stil yok, toplam varyasyon yok. Görüntüde fotoğraftan ne varsa bu katmandan
# gelmiştir.
#
# Böyle bir görüntü, katmanın ne bildiğini ancak arama sonuna vardıysa
# gösterir. Bu yüzden L-BFGS ile arıyor, pikselleri aralıkta tutuyor, iki kat
# adım atıyor ve her görüntünün üzerine nereye vardığını yazıyoruz: **kaybını**
# ve gürültünün kaybından ne kadarının **kaldığını**.
#
# *Tahmin:* Hangi katmandan sonra görüntüye artık bu gölün fotoğrafı
# demezdiniz?

# %% alt="Fotoğraf ve conv1_2'den conv5_1'e birer katmandan yeniden oluşturulan beş görüntü: Hepsinde göl, zirveler, ağaçlar ve ev, giderek artan bir kumlanmanın altında seçiliyor."
my_guess = 'conv4_4'  # sıra sizde

content_ladder = ['conv1_2', 'conv2_2', 'conv3_4', 'conv4_4', 'conv5_1']
search = replace(
    settings, optimizer='l-bfgs', in_range=True, epochs=2 * num_epochs
)
of_content = {
    layer: reconstruct(content_img, content_only(search, layer))
    for layer in content_ladder
}
answers.reconstruction_strip(photo, of_content, wording)

# %% [markdown]
# Hiçbirinden sonra! Kumlanmanın ardından da olsa beşi de ağaçları, zirveleri,
# gölü ve evi gösteriyor. Burada 512 kanalının her birinde yalnızca 9 x 6 konum
# kalan `conv5_1` bile renklerin çoğunu geri veriyor. Aramalar sonuna varmış:
# Gürültünün kaybından kalan, yüzde yarımdan az.
#
# Katmandan katmana kumlanma, yani ince yapının payı artıyor. Derin bir katman
# onu pek görmez. Bir katmanın göremediği şey başta nasılsa öyle kalır; başta
# ise gürültü vardı.
#
# Tersine inanmak da kolaydır. `conv5_1` için aynı aramayı erken durdurun:

# %% alt="Fotoğraf ve conv5_1'den 5, 20 ve bütün adımlardan sonra çıkan görüntü: önce renkli kumlanma, sonunda manzara."
stopped = {
    f'{steps} adım': reconstruct(
        content_img, content_only(replace(search, epochs=steps), 'conv5_1')
    )
    for steps in (5, 20)
}
stopped[f'{search.epochs} adım'] = of_content['conv5_1']
answers.reconstruction_strip(photo, stopped, wording, columns=4)

# %% [markdown]
# 5 adımlık aramaya bakarak "`conv5_1` manzarayı unutmuş" derdiniz. Unutmamış;
# arama bitmemişti. Sonuç çıkarmadan önce kayba bakın.
#
# **Ne öğreniyoruz?** Derin bir katman, sığ bir katmandan pek de az şey bilmez:
# Başka şeyleri *önemser*. Sığ bir katman için tek bir pikseldeki yanlış ton,
# başka her yanlış kadar kötüdür. Derin bir katman için kumlanma neredeyse
# hiçbir şey, eksik bir ağaç ise çok şey demektir. Derin bir katman bu yüzden
# iyi bir içerik katmanıdır: Neyin nerede olacağında diretir, fırça darbelerini
# ressama bırakır. Ama toplam varyasyon kaybına da gerek duyar, çünkü gürültüyü
# pek görmez.
#
# ### Bir Gram matrisi ne bilir (5. soru)
#
# Şimdi sıra stilde: bir katmanda tablonun Gram matrisini taşıyan görüntüler.
# Neyin nerede duracağını söyleyen hiçbir şey yok.
#
# *Tahmin:* `conv1_1` 3 x 3 piksele bakar. Hangi renkleri geri verir?

# %% alt="Tablo ve birer katmanın Gram matrisini taşıyan beş görüntü: conv1_1'de aralarında turkuaz da olan renk benekleri, conv2_1 ile conv3_1'de yapraklar ve gövdeler, conv4_1 ile conv5_1'de yanlış renkli fırça darbeleri."
my_guess = 'turuncu, mavi, mor'  # sıra sizde

of_style = {
    layer: reconstruct(style_img, style_only(search, layer))
    for layer in ALL_FIVE
}
answers.reconstruction_strip(painting, of_style, wording)

# %% [markdown]
# Hiçbirinde ağaçlı yol yok: Konumlar unutulmuş. `conv1_1` renk benekleri
# veriyor; `conv2_1` ile `conv3_1` bunlardan yapraklar ve koyu, dik gövdeler
# yapıyor. `conv4_1` ile `conv5_1`'de fırça darbeleri ve gövdeler var, ama
# renkler yitiyor. Aramalar burada da sonuna varmış: Kalan, yüzde birden az.
#
# Ama `conv1_1`'e bir daha bakın. Turuncunun yanında turkuaz ve limon sarısı
# var; tabloda ise bunlardan neredeyse hiç yok. Oysa Gram matrisi neredeyse
# kusursuz tutturulmuş. Arama başarısız mı oldu?
#
# ### Gram matrisi işaretleri görmez
#
# Gram matrisinin her öğesi, çarpımların toplamıdır. Bütün özniteliklerin
# işaretini çevirin, her çarpım olduğu gibi kalır: $\mathbf{G}(-\mathbf{X}) =
# \mathbf{G}(\mathbf{X})$. Kitap bir katmanın özniteliklerini ReLU'dan *önce*
# alır; `conv1_1` ise, ek girdisi (bias) bir yana, piksellerin doğrusal bir
# işlevidir.
# Demek ki tablonun negatifinin, turuncu yerine mavi ve koyu yerine açık
# gövdelerle, öznitelikleri aşağı yukarı $-\mathbf{X}$'tir.
#
# *Tahmin:* `conv1_1`'in stilinde tabloya hangisi daha yakın, fotoğraf mı,
# tablonun kendi negatifi mi? Ya ReLU'dan sonra, `relu1_1`'de?

# %% alt="Turuncu ağaçlı yol tablosu, mavi ve turkuaz renkli, açık gövdeli negatifi ve göl fotoğrafı."
my_guess = 'fotoğraf'  # sıra sizde: 'fotoğraf' mı, 'negatif' mi?

layers = ['conv1_1', 'relu1_1']
positive = gs.preprocess(style_img, image_shape).copyto(device)
pictures = {
    'tablo': positive,
    'negatif': -positive,  # standartlaştırılmış renklerin negatifi
    'fotoğraf': gs.preprocess(content_img, image_shape).copyto(device),
}
grams = [gs.gram(Y) for Y in gs.extract_features(positive, net, [], layers)[1]]
rows = {}
for name, X in pictures.items():
    _, styles = gs.extract_features(X, net, [], layers)
    rows[wording(name)] = [
        wording.percent(float(gs.style_loss(Y, G) / (G**2).mean()))
        for Y, G in zip(styles, grams)
    ]
print(answers.table(rows, layers))
shown = [gs.postprocess(X).asnumpy() for X in pictures.values()]
strip(shown, list(rows))

# %% [markdown]
# (Sayılar, stil kaybının, tablonun Gram matrisindeki karelerin ortalamasına
# oranıdır; her Gram öğesi 0 olan bir görüntüde %100 çıkardı.) ReLU'dan önce
# negatif, neredeyse tablonun kendisi kadar iyi, fotoğraf ise çok uzakta. Eksi
# olan her şeyi atan ReLU'dan sonra ikisi de uzakta; daha yakın olan fotoğraf.
#
# Demek ki `conv1_1` turuncuyu turkuazdan ayıramıyor. Nedeni buysa, aynı
# katmana ReLU'sundan sonra sorduğumuzda turkuaz gitmelidir.

# %% alt="Tablo; conv1_1 için turuncu, mavi, turkuaz ve limon sarısı benekler; relu1_1 için turkuaz olmadan turuncu ve mavi benekler."
after_relu = {
    'conv1_1': of_style['conv1_1'],
    'relu1_1': reconstruct(style_img, style_only(search, 'relu1_1')),
}
answers.reconstruction_strip(painting, after_relu, wording)

# %% [markdown]
# Gidiyor. Gatys ve arkadaşları bütün katmanları ReLU'dan sonra alır
# (`gatys-2016` tarifi de öyle). Kitapta bu eksiği derin katmanlar giderir:
# `conv1_1` ile her birinin arasında ReLU vardır; yukarıda `conv2_1` bunu
# gösterdi. Kaç katman gerekir? Aşağıdaki görüntüler önce bir katmanın, sonra
# iki katmanın, en sonunda beşinin birden Gram matrislerini taşıyor.

# %% alt="Tablo ve bir katmandan beş katmana kadar Gram matrislerini taşıyan beş görüntü: renk beneklerinden, üstünde taçları, gövdeleri ve yerde yaprakları olan bir sonbahar korusuna."
together = {
    f'{ALL_FIVE[0]} ... {ALL_FIVE[last]}': reconstruct(
        style_img, style_only(search, *ALL_FIVE[: last + 1])
    )
    for last in range(1, 5)
}
together = {'conv1_1': of_style['conv1_1'], **together}
answers.reconstruction_strip(painting, together, wording)

# %% [markdown]
# Bir katman daha yetiyor. `conv2_1` ile turkuaz gitmiş; her yeni katman var
# olanı belirginleştiriyor. Beşi birden olunca yukarıda turuncu taçlar, altında
# koyu gövdeler, arada mavi, yerde yapraklar var: bir sonbahar korusu, ama bu
# ağaçlı yol değil.
#
# Konumlar unutulduysa yukarısı niçin hâlâ yukarıda? Bizce konumlar bütünüyle
# unutulmuyor. Evrişim, görüntünün çevresine sıfırlar koyar; bu yüzden bir
# katmanın kenara yakın verdiği, içeride verdiğinden farklıdır ve Gram matrisi
# kenarla birlikte neyin görüldüğünü bilir. `conv5_1`'in bir değeri 156 x 156
# piksele bağlıdır, bu görüntüde ise o kadar piksel yoktur: Her konumu bir
# kenarı görür.
#
# **Ne öğreniyoruz?** Gram matrisi konumları unutur; tek bir katmandan,
# ReLU'dan önce alınırsa işaretleri de. Birlikte görülenleri ise aklında tutar:
# Sığ katmanlar hangi renklerin, derin katmanlar hangi darbelerin ve nesnelerin
# bir arada olduğunu. Bir stili anlatmak için birkaç katman gerekir.
#
# ### Bir aktarımda tek katman (2. soru)
#
# Kitabın kendi koşusuna dönelim: fotoğraf, içerik kaybı, toplam varyasyon,
# Adam. Yalnız stil artık tek bir katmandan geliyor. `sweep` her değer için bir
# görüntü üretir, `contact_sheet` onları bir sayfaya dizer. `sweep`'in komut
# satırındaki karşılığı `gluon-style sweep`'tir. Biten her şey bir klasörde,
# burada `exercises` içinde saklanır: Hücreyi yeniden çalıştırırsanız hiçbir
# şey ikinci kez hesaplanmaz.
#
# *Tahmin:* Hangi katman tek başına tablonun renklerini verir? Hangisi fırça
# darbelerini?


# %% alt="Gölün, stili birer katmandan okunmuş beş görüntüsü: yeşilimsi mavi, gül rengi ve turuncu, pek az renklenmiş, gri yeşil, beyaz ve yeşil sert darbeler."
my_guess = 'renkler: conv1_1, darbeler: conv4_1'  # sıra sizde


def show_sheet(results):
    """Bir taramanın küçük resim sayfasını göster."""
    sheet = contact_sheet(results, cell_width=190, words=wording.words)
    display.display(display.Image(data=answers.as_jpeg(sheet)))


alone = sweep(
    {'style_layers': [[layer] for layer in ALL_FIVE]},
    settings,
    PHOTO,
    PAINTING,
    'exercises',
)
show_sheet(alone)


# %%
def seen(cell):
    """Taramanın bir gözündeki görüntüyü (h, w, 3), [0, 1] olarak döndür."""
    return gs.read_image(cell.picture).asnumpy() / 255


by_layer = dict(zip(ALL_FIVE, map(measure, map(seen, alone))))
print(answers.measured_table(by_layer, wording))

# %% [markdown]
# * **Renkler** en sığ iki katmandan geliyor. *Stil* sayısını en çok `conv1_1`
#   tek başına düşürüyor; gökyüzü de tablonun turuncu olduğu yerde mavi ve
#   yeşil: yine işaret. `conv2_1` gül rengi, turuncu ve mor veriyor.
# * `conv3_1` biraz renk katıyor. `conv4_1` fotoğrafın renklerini alıyor,
#   yerine renk vermiyor.
# * `conv5_1` **fırça darbeleri** veriyor, hem de sert darbeler, ama tablonun
#   hiçbir renginde değil. Cetvele göre bu görüntünün tabloya uzaklığı,
#   fotoğrafınkinin iki katı.
#
# Yine de burada değişen yalnız katmanın adı değil. Aynı ağırlıkla kimi katman
# güçlü çeker, kimi neredeyse hiç; 2. alıştırma bunu ölçüyor.
#
# ### Üç içerik katmanı, üç stil katmanı takımı (1. soru)
#
# Katmanların dışındaki her şey kitaptaki gibidir; kitabın kendi seçimi
# sayfanın ortasındaki gözdür.

# %% alt="Gölün dokuz görüntüsü: aşağıya doğru üç içerik katmanı, sağa doğru üç stil katmanı takımı. Yalnız iki derin katman kullanılmadıkça tablonun renkleri var."
by_layers = sweep(
    {
        'content_layers': [['conv2_2'], ['conv4_4'], ['conv5_1']],
        'style_layers': [ALL_FIVE[:2], ALL_FIVE, ALL_FIVE[3:]],
    },
    settings,
    PHOTO,
    PAINTING,
    'exercises',
)
show_sheet(by_layers)

# %% alt="Dört çubuk grafik: dokuz görüntünün içerik, stil, TV ve ince yapı sayıları; kesikli çizgiler fotoğraf ile tablonunkiler."
measured = {
    tuple(cell.values.values()): measure(seen(cell)) for cell in by_layers
}
rows = {', '.join(map(wording, names)): m for names, m in measured.items()}
print(answers.measured_table(rows, wording))
heads = ('content_layers', 'style_layers')
answers.measured_chart(measured, ends, heads, wording)

# %% [markdown]
# Sayfayı önce **soldan sağa** okuyun; orada stil katmanları değişiyor.
#
# * Yalnız iki sığ katmanla görüntü tablonun renklerini alıyor ve her satırda
#   fotoğrafa, beş katmanla olduğundan daha yakın kalıyor. Daha da sakin: TV ve
#   *ince yapı*, satırlarının en küçükleri.
# * Yalnız iki derin katmanla tablonun renkleri ortada yok. Stil sayısı, beş
#   katmanla çıkanın yirmi katından çok; içerik katmanı `conv5_1` olunca 100:
#   koşunun başladığı fotoğrafınkinin iki katından fazla. TV ve *ince yapı*,
#   satırlarının en büyükleri.
#
# Şimdi **yukarıdan aşağıya**; orada içerik katmanı değişiyor. `conv4_4`'ten
# `conv5_1`'e geçince görüntü fotoğraftan daha azını koruyor: `conv5_1` neyin
# nasıl boyandığını daha da az önemsiyor. Ama en büyük *içerik* sayısı
# `conv2_2`'de, oysa pencereli evler de yalnız onun satırında. Hangisi haklı,
# sayı mı göz mü?
#
# İkisi de. Cetvel içeriği `conv4_4`'ten okur, bu yüzden `conv4_4`'ün
# gördüklerini iyi görür. Bir de fark etmeden değiştirdiğimiz bir şey var.
# Fotoğraf ile tablo her katmanda birbirinden ne kadar uzak?


# %%
def content_features(img):
    """Her katmanın bir görüntü için verdiğini döndür."""
    X = gs.preprocess(img, image_shape).copyto(device)
    features, _ = gs.extract_features(X, net, content_ladder, [])
    return dict(zip(content_ladder, features))


of_photo, of_painting = map(content_features, (content_img, style_img))
apart = {
    layer: float(gs.content_loss(of_painting[layer], of_photo[layer]))
    for layer in content_ladder
}
rows = {layer: [wording.number(loss)] for layer, loss in apart.items()}
print(answers.table(rows, ['içerik kaybı']))

# %% [markdown]
# Aynı iki görüntü için `conv2_2`'nin içerik kaybı küçük, `conv4_4`'ünki büyük
# bir sayıdır. Demek ki aynı ağırlık, yani 1, birinde az, ötekinde çok şey
# ifade eder. Adil bir karşılaştırmada ağırlık bu farkı gidermelidir.
# Fotoğraftan neyin yitirildiğini de iki katmanda birden, fotoğraf ile tablo
# arasındaki uzaklığın yüzdesi olarak ölçelim.

# %% alt="Gölün üç görüntüsü: 1 ağırlıklı conv2_2, evin pencereleri seçilen büyük ağırlıklı conv2_2 ve conv4_4."
fair_weight = float(f'{apart["conv4_4"] / apart["conv2_2"]:.2g}')
(fair,) = sweep(
    {'content_layers': [['conv2_2']]},
    replace(settings, content_weight=fair_weight),
    PHOTO,
    PAINTING,
    'exercises',
)
compared = {
    'conv2_2, ağırlık 1': by_layers[1],
    f'conv2_2, ağırlık {wording.number(fair_weight)}': fair,
    'conv4_4, ağırlık 1': by_layers[4],
}
rows = {}
for name, cell in compared.items():
    features = content_features(gs.read_image(cell.picture))
    lost = [
        float(gs.content_loss(features[layer], of_photo[layer])) / apart[layer]
        for layer in ('conv2_2', 'conv4_4')
    ]
    style = wording.number(measure(seen(cell))['style'])
    rows[name] = [*map(wording.percent, lost), style]
print(answers.table(rows, ['yiten, conv2_2', 'yiten, conv4_4', 'stil']))
strip([seen(cell) for cell in compared.values()], list(compared))

# %% [markdown]
# Büyütülmüş ağırlıkla `conv2_2`, tabloya aşağı yukarı kitabınki kadar uzak bir
# görüntü veriyor. Bu ikisi artık karşılaştırılabilir ve her biri kendisinden
# isteneni koruyor: biri çizgileri, pencereleri ve tonları, öteki tablonun
# fırçasıyla yeniden boyanmış nesneleri. `conv4_4`'ün görüntüsü, `conv2_2`'nin
# gördüklerinin çoğunu yitirmiş.
#
# **Ne öğreniyoruz?**
#
# * Sığ bir içerik katmanı çizimi korur, tabloya yalnız boyamayı bırakır. Derin
#   bir katman nesneleri korur, onları yeniden boyatır.
# * Renkleri sığ stil katmanları taşır. Onlar olmadan stilin rengi yoktur.
# * Katmanı değiştiren, ağırlığı da değiştirmiş olur. Yalnızca
#   karşılaştırılabilecek olanı karşılaştırın ve cetvelin de kendi katmanı
#   olduğunu unutmayın.
#
# ### Daha çok beğenilebilecek bir görüntü veren iki satır (3. soru)
#
# Beğeni ölçülemez. Ama neyin eksik olduğu söylenebilir ve aranabilir. Kitabın
# görüntüsünde eksik olan, ev: Kırmızı bir lekeye dönmüş. Nereye bakılacağını
# yukarıdaki yanıtlar söylüyor: çizimi önemseyen bir içerik katmanına; bir de,
# o kadar güçlü çeken `conv5_1`'i bırakmaya. İki öneri:

# %% alt="Gölün üç görüntüsü, dört sayılarıyla: kitabınki ve evin seçildiği iki önerimiz."
proposals = sweep(
    {'content_layers': [['conv3_1'], ['conv2_2', 'conv4_4']]},
    replace(settings, style_layers=ALL_FIVE[:4]),
    PHOTO,
    PAINTING,
    'exercises',
)
compared = {
    'kitap': by_layers[4],
    'conv3_1': proposals[0],
    'conv2_2, conv4_4': proposals[1],
}
pictures = [seen(cell) for cell in compared.values()]
titles = [
    answers.measured_title(name, measure(picture), wording)
    for name, picture in zip(compared, pictures)
]
strip(pictures, titles)

# %% [markdown]
# İkisinde de ev, pencereleriyle yerinde. İlkinin *stil* sayısı, eksik katmana
# karşın kitabınki kadar; ama `conv4_4`'e göre fotoğrafa hepsinden uzak.
# İkincisinin *içerik* sayısı kitabınkinin yarısı; bedeli, *stil* sayısının iki
# katına çıkması: Sağdaki gökyüzü mavi kalıyor. İlkini renkleri için,
# ikincisini evi için beğeniyoruz.
#
# ## 2. alıştırma: başka ağırlıklar
#
# *Kayıp işlevindeki ağırlık hiperparametrelerini ayarlayın. Çıktıda daha fazla
# içerik mi yoksa daha az gürültü mü var?*
#
# ### Üç ağırlık, ikisi serbest (4. soru)
#
# *Tahmin:* Üç ağırlık birden 10 ile çarpılırsa görüntü ne olur? Görmek için
# koşunun tek bir adımı yeter.

# %%
my_guess = 'başka bir görüntü'  # sıra sizde, ya da: 'aynı görüntü'

step = replace(settings, epochs=1)
tenfold = replace(step, content_weight=10, style_weight=1e4, tv_weight=100)
once, ten_times = (
    255 * gs.postprocess(gs.run(content_img, style_img, i)).asnumpy()
    for i in (step, tenfold)
)
moved = numpy.abs(once - 255 * photo).mean()
difference = numpy.abs(once - ten_times).mean()
print(f'ortalama değişiklik: 255 gri düzeyin {moved:.0f} kadarı')
print('iki sonucun farkı düzeyin onda birinden az:', bool(difference < 0.1))

# %% [markdown]
# Aynı görüntü. Kayıp bir sayıyla çarpılırsa gradyan da o sayıyla çarpılır;
# Adam ise gradyanı kendi büyüklüğüne böler. (Çok adımda iki koşu birbirinden
# ayrılır; bir yuvarlama kadar farklı her iki koşu gibi:
# [02_iki_sekme](02_iki_sekme.ipynb).) Yalnız ağırlıkların oranı önemlidir.
#
# ### Daha çok içerik, daha az gürültü (1, 2 ve 3. sorular)
#
# O hâlde stil ağırlığı olduğu gibi kalsın, öteki ikisini değiştirelim: içerik
# ağırlığı kitaptakinin beşte biri, kendisi ve beş katı; toplam varyasyon
# ağırlığı 0, kitaptaki değer ve onun on katı olsun.
#
# *Tahmin:* İçerik ağırlığı artarsa gürültü artar mı, azalır mı?

# %% alt="Gölün dokuz görüntüsü: içerik ağırlığı aşağıya, TV ağırlığı sağa doğru artıyor. Soldakiler kumlu, sağdakiler mozaik gibi."
my_guess = 'azalır'  # sıra sizde: 'artar' mı, 'azalır' mı?

balance = {'content_weight': [0.2, 1, 5], 'tv_weight': [0, 10, 100]}
by_weights = sweep(balance, settings, PHOTO, PAINTING, 'exercises')
show_sheet(by_weights)

# %% alt="Dört çubuk grafik: dokuz görüntünün içerik, stil, TV ve ince yapı sayıları; kesikli çizgiler fotoğraf ile tablonunkiler."
measured = {
    tuple(cell.values.values()): measure(seen(cell)) for cell in by_weights
}
rows = {
    f'içerik ağırlığı {wording(row)}, TV ağırlığı {column}': m
    for (row, column), m in measured.items()
}
print(answers.measured_table(rows, wording))
heads = ('content_weight', 'tv_weight')
answers.measured_chart(measured, ends, heads, wording)

# %% [markdown]
# **Daha çok içerik mi?** Evet, daha büyük bir içerik ağırlığıyla. Beşte
# birinden beş katına çıkınca *içerik*, her sütunda üçte birine ya da daha aşağıya
# iniyor.
# Bedelini tablo ödüyor: *stil* en az üç katına çıkıyor. Gürültü ise azalmıyor:
# TV ağırlığı 10 iken TV de *ince yapı* da içerik ağırlığının en büyük olduğu
# yerde en büyük.
#
# **Daha az gürültü mü?** Evet, daha büyük bir TV ağırlığıyla. 0'dan 100'e
# çıkınca TV her satırda üçte birinin altına, *ince yapı* yaklaşık beşte
# ikisine iniyor. Bu, içerik ve stil bakımından neredeyse bedava; içerik
# ağırlığı 1 ya da 5 iken iki sayı iyileşiyor bile. Eklenen bir terim ötekileri
# nasıl iyileştirebilir? İyileştiremez. Eniyileyicinin vardığı kayıplar,
# sayfada görüntülerin altında yazıyor: Orada her satırın içerik ve stil
# kayıpları sağ sütunda, sol sütundakinden biraz büyük. Ama eniyileyici
# pikselleri, gösterilebilecek aralığın dışına taşırabilir; cetvel ise
# gösterileni, yani kırpılmış olanı ölçer. Kırpılmaktan en çok gürültülü
# görüntüler zarar görür.
#
# **Gürültü ne kadar azsa o kadar mı iyi?** Sağ sütuna bakın: mozaik. Oradaki
# yaklaşık %10'luk *ince yapı*, tablodaki %19'un yarısı. Fırça darbeleri de
# ince yapıdır ve toplam varyasyon onları gürültüden ayıramaz. Toplam varyasyon
# olmadan pay tablonunkinin üzerinde; kitabın ağırlıklarıyla, %14 ile, altında.
#
# **İkisi birden mi?** Evet: İçerik ağırlığı 5, TV ağırlığı 100 olan görüntüde
# *içerik* kitabınkinin yarısından az, TV de daha küçük. *Stil* ise
# kitabınkinin iki katından çok. Bir şeyden vazgeçmek gerekir; burada
# vazgeçilen tablodur.
#
# ### Pikselleri kim çekiyor (5. ve 6. sorular)
#
# Bir terimin ne kadar söz hakkı olduğunu ağırlığı söylemez. Gradyanı söyler:
# Pikselleri değiştiren odur. Aşağıda kitabın koşusu bir kez daha yapılıyor;
# kimi adımlardan sonra her terimin gradyanı tek başına alınıp uzunluğu
# ölçülüyor.
#
# *Tahmin:* İlk adımdan önce, fotoğrafta, en güçlü hangi katman çekiyor?

# %% alt="0. adımdan 80. adıma sütunlar, terimlerin gradyanlardaki paylarına bölünmüş: başta conv5_1 ile conv1_1, sonda içerik ile conv5_1."
my_guess = 'conv3_1'  # sıra sizde

steps = [0, 1, 4, *range(10, num_epochs + 1, 10)]
watched = watch_pulls(content_img, style_img, settings, net, steps)
hardest = max(watched[0], key=watched[0].get)
print(f'fotoğrafta en güçlü: {wording(hardest)}; tahmininiz: {my_guess}')
ends_of_run = 0, max(watched)
rows = {
    wording(name): [wording.percent(watched[i][name]) for i in ends_of_run]
    for name in watched[0]
}
print(answers.table(rows, [f'{step}. adımdan sonra' for step in ends_of_run]))
answers.pulls_chart(watched, wording)

# %% [markdown]
# İlk adımdan önce görüntü, fotoğrafın kendisidir: İçerik kaybı 0'dır, gradyanı
# da öyle, ağırlığı ne olursa olsun. Neredeyse bütün çekişi iki stil katmanı,
# `conv5_1` ile `conv1_1` üstleniyor. (Hangisinin önde olduğu görüntünün boyutuna
# bağlıdır: 01 numaralı not defterinde, 300 x 200'de, `conv1_1` öndedir.) Bir adım sonra sığ stil katmanları
# birlikte en güçlü durumda, içerik de çekmeye başlamış. Sonunda iki taraf
# kalıyor: aşağı yukarı eşit güçte içerik ile `conv5_1`. Sığ stil katmanlarının
# istediği ise yerine gelmiş.
#
# Beş stil katmanının ağırlığı aynı, ama söz hakkının çoğu birinde. Toplam
# varyasyonun payı ise başta %1, sonda %2; oysa gördüğümüz gibi, ağırlığı 0 ya
# da 100 olunca ortaya başka bir görüntü çıkıyor. Bizce nedeni şu: Zayıf bir
# çekiş bile, karşı çeken olmadığı yerde önemlidir.
#
# **Ne öğreniyoruz?** Ağırlık bir fiyattır, pay değil. Bir terimin ne yaptığını
# bilmek isteyen, gradyanına ve onsuz çıkan görüntüye bakmalıdır.
#
# ## 3. alıştırma: başka görüntüler
#
# *Farklı içerik ve stil görüntüleri kullanın. Sentezlenmiş daha ilginç
# görüntüler oluşturabilir misiniz?*
#
# ### Çiftler (1. soru)
#
# Neyin ilginç olduğuna siz karar verirsiniz; bu yüzden kendi görüntülerinizi
# alın: Bu not defterinde her ad bir dosya yolu da olabilir, `PHOTO =
# 'tatil/sahil.jpg'` gibi. Ölçülebilecek olan, hangi çiftlerin iyi uyuştuğudur.
# Aşağıda paketin örnekleri ile kitabın çifti çaprazlanıyor. Kitabın
# görüntüleri bir kez indirilir; edinilemeyen dışarıda kalır.


# %% alt="Dört görüntü: dağ gölü ile Rainier Dağı, ağaçlı yolun ve meşelerin stilinde."
def at_hand(names):
    """Burada olan ya da indirilebilen görüntüleri tut."""
    here = []
    for name in names:
        try:
            gs.find_image(name)
            here.append(name)
        except gs.StyleError:
            print(f'{name} burada yok ve indirilemiyor')
    return here


by_images = sweep(
    {
        'content': at_hand([PHOTO, 'book:rainier']),
        'style': at_hand([PAINTING, 'book:autumn-oak']),
    },
    settings,
    folder='exercises',
)
show_sheet(by_images)


# %%
def before_and_after(cell):
    """Stilin öncesini, sonrasını, kalanını; ince yapıyı ve hedefini ver."""
    pair = [
        gs.read_image(gs.find_image(i)) for i in (cell.content, cell.style)
    ]
    picture = seen(cell)
    before, goal = (small(img, picture.shape[1::-1]) for img in pair)
    before, after, goal = (
        yardstick(i, *pair, net) for i in (before, picture, goal)
    )
    return [
        wording.number(before['style']),
        wording.number(after['style']),
        wording.percent(after['style'] / before['style']),
        *(wording.percent(m['fine']) for m in (before, after, goal)),
    ]


changes = ['stil: önce', 'sonra', 'kalan', 'ince: önce', 'sonra', 'tablo']
rows = {
    ', '.join(cell.values.values()): before_and_after(cell)
    for cell in by_images
}
print(answers.table(rows, changes))

# %% [markdown]
# Dört çiftte de fotoğrafın stil uzaklığından yaklaşık yirmide biri kalıyor, %4
# ile %6 arası. Ağaçlı yol, iki satırda da meşelerden daha yakından taklit
# ediliyor. Koşudan sonraki *ince yapı* tabloyu izliyor: Fotoğraftakinden
# yüksek, tablodakinden düşük; darbeleri daha ince olan meşelerle, fotoğraf
# hangisi olursa olsun, ağaçlı yolla olduğundan yüksek.
#
# ### Birkaç tablo (2. soru)
#
# Hangi tablolar stilini kolayca ele verir? Akla iki şey geliyor: fırça
# darbelerinin boyu ve her köşenin öteki köşelere benzeyip benzemediği, çünkü
# Gram matrisi konumları unutur. İkisini de sınamak için ağaçlı yoldan iki
# tablo daha yapıyoruz: darbeleri üç kat büyük bir **ayrıntı** (`detail.png`)
# ve bütünün karelere kesilip karıştırılmasıyla bir **mozaik** (`mosaic.png`).
# Köşelerin birbirine ne kadar benzemediğini de ölçüyoruz: bir çeyreğin bütüne
# göre stil kaybıyla.
#
# *Tahmin:* Dördünden hangisi en yakından taklit edilir?

# %% alt="Gölün dört görüntüsü: ağaçlı yolun, ayrıntısının, mozaiğinin ve meşelerin stilinde. Darbeler ayrıntıda en büyük, meşelerde en ince."
my_guess = 'mosaic'  # sıra sizde

avenue = style_img.asnumpy()
Image.fromarray(style_images.detail(avenue)).save('detail.png')
Image.fromarray(style_images.shuffled_tiles(avenue)).save('mosaic.png')
names = [PAINTING, 'detail.png', 'mosaic.png', *at_hand(['book:autumn-oak'])]
by_paintings = sweep({'style': names}, settings, PHOTO, folder='exercises')
show_sheet(by_paintings)

# %%
rows = {}
for cell in by_paintings:
    img = gs.read_image(gs.find_image(cell.style))
    corners = style_images.corner_loss(img, image_shape, net)
    rows[cell.values['style']] = [
        wording.number(corners),
        *before_and_after(cell),
    ]
print(answers.table(rows, ['köşeler', *changes]))

# %% [markdown]
# Mozaik değil, ağaçlı yolun kendisi: uzaklığın %4'ü kalıyor. Köşeleri birbirine
# en çok benzeyen mozaiktir, onun köşe kaybı ağaçlı yolunkinin üçte birinden az;
# yine de onda daha çok kalıyor. Ama dördü de birbirine yakın, %4 ile %5 arasında:
# Gram matrisi ne isterse, tablo hangisi olursa olsun, koşu onu veriyor. Demek ki tahminimiz yanlışmış, en azından bu dördü için.
#
# Tablodan tabloya değişen, koşunun ne verdiği. *İnce yapı* darbeleri izliyor:
# büyük darbeli ayrıntıda en düşük, meşelerde en yüksek. Fotoğraf en iyi, büyük
# darbeli görüntüde seçiliyor.
#
# ### Stil olarak fotoğraf (3. soru)
#
# İçerik olarak ağaçlı yol, stil olarak iki fotoğraf.
#
# *Tahmin:* Tablo neye benzeyecek?

# %% alt="İki görüntü: gölün ve Rainier Dağı'nın stilinde ağaçlı yol."
my_guess = 'fotoğraf gibi pürüzsüz'  # sıra sizde

by_photos = sweep(
    {
        'content': [PAINTING],
        'style': at_hand([PHOTO, 'book:rainier']),
    },
    replace(settings, height=None),
    folder='exercises',
)
show_sheet(by_photos)

# %%
rows = {cell.values['style']: before_and_after(cell) for cell in by_photos}
print(answers.table(rows, [*changes[:-1], 'fotoğraf']))

# %% [markdown]
# Neredeyse bir fotoğraf. Turuncular kahverengiye dönmüş, darbeler düzleşmiş,
# yol göz kamaştıran bir ışık olmuş. *İnce yapı* aşağı yukarı fotoğraflarınkine
# iniyor; oysa kimse kitaptakinden daha az gürültü istemedi. İki sonuç
# birbirine çok benziyor, çünkü iki fotoğraf da benziyor: kar, gökyüzü, koyu
# çamlar.
#
# Demek ki stil, ressamın yaptığı şey değildir. Gram matrislerinin saydığıdır
# ve her görüntünün bir stili vardır.
#
# **Ne öğreniyoruz?** Sonucun ne kadar ince ve hangi renklerde olacağına stil
# görüntüsü, neyin görüneceğine içerik görüntüsü karar verir. Darbeler
# görüntünüz için fazla kaba ya da fazla ince kaçıyorsa darbeleri başka olan
# bir tablo ya da başka bir görüntü boyutu seçin. Göl fotoğrafı gibi büyük ve
# belirgin biçimleri olan bir fotoğraf, sert bir stile, Rainier gibi çok sayıda
# küçük biçimi olan bir fotoğraftan daha iyi dayanıyor. Bu son cümle bizim
# gördüğümüzdür; dört sayımızın hiçbiri bunu söylemiyor.
#
# Kendi görüntülerinizi komut satırında deneyin:
#
# ```
# gluon-style sweep --grid content=sahil.jpg,book:rainier \
#     --grid style=sample:autumn-avenue,book:autumn-oak \
#     --width 150 --epochs 80 --lr-decay-epoch 8 -o sayfam
# ```
#
# ## 4. alıştırma: başka veriler
#
# *Metin için stil aktarımı uygulayabilir miyiz?* 04 numaralı derse bakın.
